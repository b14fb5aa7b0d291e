package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Which commands are sent where, and how they are written down until they are. Immutable. */
final class Routes {
  private static final String COMMAND_TYPE = "commandType";
  private static final String COMMAND_FOR = "commandFor";

  private final List<Route<?>> routes;

  /** Commands of a class: how they are written, and who handles them. */
  private record Route<C>(Class<C> commandClass, Codec<C> codec, CommandTarget<C> target) {
    Event encode(UUID id, Object command, Audit audit) {
      return codec.encode(id, commandClass.cast(command), audit);
    }

    void send(String id, RecordedEvent written, String commandId) {
      List<C> commands = codec.decode(written);
      for (int i = 0; i < commands.size(); i++) {
        // one command that became several by an upcaster: each has an id of its own
        target.handle(id, commands.get(i), i == 0 ? commandId : commandId + "/" + i);
      }
    }
  }

  private Routes(List<Route<?>> routes) {
    this.routes = routes;
  }

  static Routes none() {
    return new Routes(List.of());
  }

  <C> Routes with(Class<C> commandClass, Codec<C> codec, CommandTarget<C> target) {
    var all = new ArrayList<>(routes);
    all.add(new Route<>(commandClass, codec, target));
    return new Routes(List.copyOf(all));
  }

  /**
   * The event that issues a command.
   *
   * @throws IllegalStateException if nobody handles such commands
   */
  Event issued(UUID eventId, String id, Object command, Audit audit) {
    for (Route<?> route : routes) {
      if (route.commandClass.isInstance(command)) {
        String type = route.encode(eventId, command, Audit.none()).type();
        if (!route.equals(routeOf(type))) {
          throw new IllegalStateException(
              "two codecs of commands know the type " + type + "; name one otherwise");
        }
        Event written =
            route.encode(eventId, command, audit.with(COMMAND_TYPE, type).with(COMMAND_FOR, id));
        return new Event(
            eventId, ProcessEventCodec.ISSUED, written.tags(), written.data(), written.metadata());
      }
    }
    throw new IllegalStateException(
        "nobody handles commands of " + command.getClass().getName() + "; add a target by sending");
  }

  /** A command that was issued, as it is found again. */
  static final class Issued {
    private final RecordedEvent written;
    private final Audit audit;
    private final Route<?> route;

    private Issued(RecordedEvent written, Audit audit, Route<?> route) {
      this.written = written;
      this.audit = audit;
      this.route = route;
    }

    /** Whom it is for. */
    String id() {
      return audit.entry(COMMAND_FOR).orElseThrow();
    }

    Object command() {
      return route.codec.decode(written).getFirst();
    }

    /** Sends it, on behalf of what it follows from. */
    void send(String commandId) {
      Audit behalf = Audit.none();
      for (var entry : audit.entries().entrySet()) {
        if (!entry.getKey().equals(COMMAND_TYPE) && !entry.getKey().equals(COMMAND_FOR)) {
          behalf = behalf.with(entry.getKey(), entry.getValue());
        }
      }
      behalf.run(() -> route.send(id(), written, commandId));
    }
  }

  /**
   * The command that an event issued.
   *
   * @throws IllegalStateException if nobody handles such commands any more
   */
  Issued read(RecordedEvent stored) {
    // how entries are written is the codec's affair, so its type is found by trying
    for (Route<?> route : routes) {
      Audit audit = route.codec.audit(stored);
      String type = audit.entry(COMMAND_TYPE).orElse("");
      if (route.equals(routeOf(type))) {
        Event event = stored.event();
        var renamed = new Event(event.id(), type, event.tags(), event.data(), event.metadata());
        return new Issued(
            new RecordedEvent(
                stored.position(),
                stored.stream(),
                stored.revision(),
                stored.recordedAt(),
                renamed),
            audit,
            route);
      }
    }
    throw new IllegalStateException(
        "nobody handles the command that the event "
            + stored.id()
            + " issued; add a target by"
            + " sending");
  }

  private Route<?> routeOf(String type) {
    for (Route<?> route : routes) {
      if (route.codec.knows(type)) {
        return route;
      }
    }
    throw new IllegalStateException("no codec of commands knows the type " + type);
  }
}

package io.daybook.cli;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A jar that coins are put into: the smallest domain that there is. */
record Jar(int coins, int times) {
  static final Decider<Integer, CoinsPut, Jar> DECIDER =
      Decider.of(
          new Jar(0, 0),
          (coins, _) -> List.of(new CoinsPut(coins)),
          (jar, put) -> new Jar(jar.coins + put.coins, jar.times + 1));

  static final Codec<CoinsPut> CODEC = new CoinsCodec();

  static final StateCodec<Jar> JSON =
      new StateCodec<>() {
        @Override
        public String shape() {
          return "jar";
        }

        @Override
        public Payload encode(Jar jar) {
          return Payload.json(
              "{\"coins\":%d,\"times\":%d,\"full\":%b}"
                  .formatted(jar.coins, jar.times, jar.coins > 9));
        }

        @Override
        public Jar decode(Payload state) {
          throw new UnsupportedOperationException("nobody asks");
        }
      };

  /** Coins were put in. */
  record CoinsPut(int coins) {}

  /** An event to append. */
  static Event put(int coins, Audit audit) {
    return CODEC.encode(Event.newId(), new CoinsPut(coins), audit);
  }

  private static final class CoinsCodec implements Codec<CoinsPut> {
    private static final String TYPE = "CoinsPut";

    @Override
    public Event encode(UUID id, CoinsPut event, Audit audit) {
      var metadata =
          audit.isEmpty() ? Payload.empty() : Payload.json(JsonTree.write(audit.entries()));
      return new Event(
          id, TYPE, audit.tags(), Payload.json(Integer.toString(event.coins)), metadata);
    }

    @Override
    public List<CoinsPut> decode(RecordedEvent stored) {
      return List.of(new CoinsPut(Integer.parseInt(stored.data().text())));
    }

    @Override
    public Audit audit(RecordedEvent stored) {
      if (stored.metadata().isEmpty()) {
        return Audit.none();
      }
      var entries = new LinkedHashMap<String, String>();
      JsonTree.parseObject(stored.metadata().text())
          .forEach((name, value) -> entries.put(name, JsonTree.text(value)));
      return Audit.ofEntries(entries);
    }

    @Override
    public boolean knows(String type) {
      return type.equals(TYPE);
    }

    @Override
    public Set<String> typesOf(Class<?> eventClass) {
      return eventClass.equals(CoinsPut.class) ? Set.of(TYPE) : Set.of();
    }
  }
}

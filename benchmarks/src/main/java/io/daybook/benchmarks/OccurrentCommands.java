package io.daybook.benchmarks;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.occurrent.eventstore.api.WriteCondition;
import org.occurrent.eventstore.inmemory.InMemoryEventStore;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Occurrent's store in memory: the same decisions, the stream's version expected, events as JSON in
 * CloudEvents.
 */
final class OccurrentCommands implements AppCommandWorkload.Commands {
  private static final URI SOURCE = URI.create("urn:daybook:benchmarks");
  private static final String DEPOSITED = "Deposited";
  private static final String WITHDRAWN = "Withdrawn";

  private final InMemoryEventStore store = new InMemoryEventStore();
  private final JsonMapper mapper = JsonMapper.builder().build();
  private final ObjectWriter writer = mapper.writer();
  private final ObjectReader deposited = mapper.readerFor(AppDomain.AccountEvent.Deposited.class);
  private final ObjectReader withdrawn = mapper.readerFor(AppDomain.AccountEvent.Withdrawn.class);

  @Override
  public void fill(int accounts) {
    for (int i = 0; i < accounts; i++) {
      String account = Integer.toString(i);
      List<CloudEvent> events = new ArrayList<>();
      for (int e = 0; e < AppDomain.EVENTS_PER_ACCOUNT; e++) {
        events.add(encode(AppDomain.deposit(account)));
      }
      store.write(stream(account), events.stream());
    }
  }

  @Override
  public void withdraw(int account) {
    String id = Integer.toString(account);
    var read = store.read(stream(id));
    AppDomain.Account state = AppDomain.DECIDER.initial();
    for (CloudEvent event : read.eventList()) {
      state = AppDomain.evolve(state, decode(event));
    }
    List<CloudEvent> events =
        AppDomain.DECIDER.decide(new AppDomain.Withdraw(id, 1), state).stream()
            .map(this::encode)
            .toList();
    store.write(stream(id), WriteCondition.streamVersionEq(read.version()), events.stream());
  }

  private static String stream(String account) {
    return AppDomain.CATEGORY + "-" + account;
  }

  private CloudEvent encode(AppDomain.AccountEvent event) {
    return CloudEventBuilder.v1()
        .withId(UUID.randomUUID().toString())
        .withSource(SOURCE)
        .withType(event instanceof AppDomain.AccountEvent.Deposited ? DEPOSITED : WITHDRAWN)
        .withData("application/json", writer.writeValueAsBytes(event))
        .build();
  }

  private AppDomain.AccountEvent decode(CloudEvent event) {
    ObjectReader reader = event.getType().equals(DEPOSITED) ? deposited : withdrawn;
    return reader.readValue(Objects.requireNonNull(event.getData()).toBytes());
  }

  @Override
  public void close() {
    store.deleteAll();
  }
}

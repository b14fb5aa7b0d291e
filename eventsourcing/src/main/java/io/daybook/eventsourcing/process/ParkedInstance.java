package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.process.ProcessEvent.Parked;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An instance of a process that stands still, until {@link ProcessRunner#retry} or {@link
 * ProcessRunner#discard}.
 *
 * @param process the process
 * @param id the instance
 * @param cause the id of the event that it could not deal with
 * @param problem why not
 * @param parkedAt since when
 */
public record ParkedInstance(
    String process, String id, UUID cause, String problem, Instant parkedAt) {

  /**
   * The instances of a process that are parked, in the order in which they were. Needs no runner;
   * reads what was recorded of their standing still, and nothing else.
   */
  public static List<ParkedInstance> list(EventStore store, String process) {
    Query query =
        Query.item()
            .withCategories(process)
            .withTypes(ProcessEventCodec.PARKED, ProcessEventCodec.RESUMED)
            .asQuery();
    Map<String, ParkedInstance> parked = new LinkedHashMap<>();
    try (var read = store.read(query)) {
      for (RecordedEvent event : read) {
        String id = event.stream().substring(process.length() + 1);
        var _ = parked.remove(id);
        if (ProcessEventCodec.INSTANCE.one(event) instanceof Parked(var cause, _, var problem)) {
          parked.put(id, new ParkedInstance(process, id, cause, problem, event.recordedAt()));
        }
      }
    }
    return List.copyOf(parked.values());
  }
}

package io.daybook.tck;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers every event that it ever stored. */
abstract class RemembersAll extends WrongStore {
  final Map<UUID, RecordedEvent> everStored = new ConcurrentHashMap<>();

  RemembersAll(InstantSource clock) {
    super(clock);
  }

  @Override
  public AppendResult append(Append append) {
    AppendResult result = super.append(append);
    store()
        .read(ReadRequest.of(Query.everything()).from(result.firstPosition()))
        .toList()
        .forEach(event -> everStored.put(event.id(), event));
    return result;
  }
}

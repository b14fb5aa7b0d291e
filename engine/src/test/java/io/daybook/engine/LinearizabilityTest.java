package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Appends, conditional and not, and reads of many threads are linearizable: each is decided at one
 * moment between question and answer, against all that was stored before. The property {@code
 * histories} says how many histories are made.
 */
final class LinearizabilityTest {
  private static final int HISTORIES =
      Integer.getInteger("histories", Boolean.getBoolean("daybook.quick") ? 8 : 30);

  /** Within so many histories each bug is found. */
  private static final int HISTORIES_FOR_A_BUG = 200;

  private static final int THREADS = 6;

  /** Files so small that a history sees several, written in the background. */
  private static final EngineOptions SMALL =
      EngineOptions.defaults()
          .withSizes(
              new LogSizes(16 << 10, 4 << 10, 8 << 10),
              new IndexLimits(60, 10_000, 1 << 20, 1 << 20, 2));

  @TempDir private Path folder;

  @Test
  void theEngineIsLinearizable() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      Path store = folder.resolve("store-" + seed);
      check(seed, () -> EngineStore.open(store, SMALL));
    }
  }

  @Test
  void theStoreInMemoryIsLinearizable() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      check(seed, () -> InMemoryStore.with(InstantSource.system()));
    }
  }

  @Test
  void aConditionThatIsCheckedBeforeTheQueueIsFoundOut() {
    assertFoundOut(
        store ->
            withAppend(
                store,
                append -> {
                  refuseIfMatched(store, append);
                  return store.append(new Append(append.writes(), append.expectations(), null));
                }),
        "against a condition");
  }

  @Test
  void anExpectationThatIsForgottenIsFoundOut() {
    assertFoundOut(
        store ->
            withAppend(
                store,
                append -> store.append(new Append(append.writes(), Map.of(), append.condition()))),
        "against an expectation");
  }

  @Test
  void aReaderThatSeesAnOlderStateIsFoundOut() {
    assertFoundOut(LinearizabilityTest::withLateHead, "wrong at each place");
  }

  private void assertFoundOut(Function<EventStore, EventStore> bug, String how) {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < HISTORIES_FOR_A_BUG; seed++) {
                Path store = folder.resolve("broken-" + seed);
                check(seed, () -> bug.apply(EngineStore.open(store, SMALL)));
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(how);
  }

  private static void check(long seed, Supplier<EventStore> opener) {
    List<HistoryOperation> history;
    try (EventStore store = opener.get()) {
      history = HistoryRun.of(store, seed, THREADS);
    }
    try {
      HistoryCheck.check(history);
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
    assertThat(history.stream().filter(HistoryOperation::isStored)).isNotEmpty();
    assertThat(history.stream().map(HistoryOperation::answer))
        .hasAtLeastOneElementOfType(HistoryOperation.Answer.Refused.class);
  }

  private static void refuseIfMatched(EventStore store, Append append) {
    if (append.condition() != null) {
      Query query = append.condition().failIfMatches();
      ReadRequest request = ReadRequest.of(query).from(append.condition().after().next()).limit(1);
      for (RecordedEvent event : store.read(request).toList()) {
        throw new AppendConditionException(append.condition(), event.position());
      }
    }
  }

  /** The store with another answer to one method. */
  private static EventStore with(
      EventStore store, String name, Class<?> argument, Function<Object, Object> answer) {
    return (EventStore)
        Proxy.newProxyInstance(
            EventStore.class.getClassLoader(),
            new Class<?>[] {EventStore.class},
            (_, method, arguments) -> {
              Object first = arguments == null ? null : arguments[0];
              if (method.getName().equals(name)
                  && (argument == null ? first == null : argument.isInstance(first))) {
                return answer.apply(first);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static EventStore withAppend(EventStore store, Function<Append, AppendResult> append) {
    return with(store, "append", Append.class, request -> append.apply((Append) request));
  }

  /** The store with a head that is the one of the question before. */
  private static EventStore withLateHead(EventStore store) {
    var last = new AtomicReference<>(Position.BEFORE_FIRST);
    return with(store, "head", null, _ -> last.getAndSet(store.head()));
  }
}

package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.io.Mapping;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads on a disk that says that nothing is in memory, and notes what is fetched. */
class ReadAheadTest {
  private static final int STREAMS = 200;
  private static final int ROUNDS = 40;

  @TempDir private static Path folder;

  private final Queue<Long> fetched = new ConcurrentLinkedQueue<>();
  private boolean cold = true;
  private boolean failing;
  private EngineStore store;

  @BeforeAll
  static void fill() {
    var options =
        EngineOptions.defaults().withDurability(Durability.interval(Duration.ofSeconds(5)));
    try (EngineStore store = EngineStore.open(folder, options)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (int stream = 0; stream < STREAMS; stream++) {
          store.append(
              "account-" + stream,
              ExpectedRevision.any(),
              Event.json("Deposited", "{}").withTags(stream % 2 == 0 ? "even:yes" : "odd:yes"));
        }
      }
    }
  }

  @BeforeEach
  void open() {
    store = EngineStore.open(coldDisk(new FolderDisk(folder)), "cold", EngineOptions.defaults());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void eventsThatAreFarApartAreFetchedTogether() {
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")))).isEqualTo(ascending());
    assertThat(fetched).hasSize(ROUNDS);

    fetched.clear();
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")).inReverse()))
        .isEqualTo(ascending().reversed());
    assertThat(fetched).hasSize(ROUNDS);
  }

  @Test
  void noMoreIsFetchedThanIsWanted() {
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")).limit(3)))
        .isEqualTo(ascending().subList(0, 3));
    assertThat(fetched).hasSize(3);

    fetched.clear();
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")).inReverse().limit(1)))
        .isEqualTo(ascending().reversed().subList(0, 1));
    assertThat(fetched).hasSize(1);
  }

  @Test
  void whatStandsCloseTogetherIsLeftToTheSystem() {
    assertThat(revisions(ReadRequest.of(Query.everything()))).hasSize(STREAMS * ROUNDS);
    assertThat(revisions(ReadRequest.of(Query.tags("even:yes")))).hasSize(STREAMS * ROUNDS / 2);
    assertThat(fetched).isEmpty();
  }

  @Test
  void whatIsInMemoryIsNotFetched() {
    cold = false;
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")))).isEqualTo(ascending());
    assertThat(fetched).isEmpty();
  }

  @Test
  void aFetchThatFailsCostsNobodyAnything() {
    failing = true;
    assertThat(revisions(ReadRequest.of(Query.stream("account-7")))).isEqualTo(ascending());
  }

  private static List<Long> ascending() {
    return java.util.stream.LongStream.range(0, ROUNDS).boxed().toList();
  }

  private List<Long> revisions(ReadRequest request) {
    try (var read = store.read(request)) {
      return read.stream().map(RecordedEvent::revision).map(revision -> revision.value()).toList();
    }
  }

  private Disk coldDisk(Disk disk) {
    return wrapped(
        Disk.class, disk, result -> result instanceof DiskFile file ? coldFile(file) : result);
  }

  private DiskFile coldFile(DiskFile file) {
    return wrapped(
        DiskFile.class,
        file,
        result ->
            result instanceof Mapping mapping
                ? new Mapping(mapping.segment(), mapping::release, new ColdPages())
                : result);
  }

  private final class ColdPages implements Mapping.Pages {
    @Override
    public boolean areInMemory(long offsetBytes, int length) {
      return !cold;
    }

    @Override
    public void fetch(long offsetBytes, int length) throws IOException {
      fetched.add(offsetBytes);
      if (failing) {
        throw new IOException("the disk is slow today");
      }
    }
  }

  private interface Wrapping {
    Object of(Object result);
  }

  private static <T> T wrapped(Class<T> type, T inner, Wrapping wrapping) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                return wrapping.of(method.invoke(inner, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}

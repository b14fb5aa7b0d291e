package io.daybook.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The history of a large project, a stream for each path, an append for each commit: as of a
 * commit, the store shows exactly the files that the project had then.
 */
@Tag("long")
class HistoryImportTest {
  private static final String EVENTS = "history/spring-boot.events.tsv.gz";
  private static final String CHECKPOINTS = "history/spring-boot.checkpoints.tsv";
  private static final int COMMITS = 29_748;
  private static final int FILE_CHANGES = 242_590;
  private static final int MOST_UNDER_WAY = 1_000;
  private static final Pattern DATA =
      Pattern.compile("\\{\"mode\":\"(\\d+)\",\"blob\":\"([0-9a-f]+)\"}");

  @TempDir private Path folder;

  /** A line of the file: a path was added or modified, or deleted. */
  private record Change(int commit, String operation, String mode, String blob, String path) {
    static Change of(String line) {
      String[] columns = line.split("\t", -1);
      return new Change(
          Integer.parseInt(columns[0]), columns[2], columns[3], columns[4], columns[5]);
    }

    Event toEvent() {
      return switch (operation) {
        case "A" -> Event.json("FileAdded", content());
        case "M" -> Event.json("FileModified", content());
        case "D" -> Event.json("FileDeleted", "{}");
        default -> throw new IllegalArgumentException("an unknown operation: " + this);
      };
    }

    private String content() {
      return "{\"mode\":\"" + mode + "\",\"blob\":\"" + blob + "\"}";
    }
  }

  @Test
  void asOfEachCheckpointTheTreeIsWhatItWas() throws Exception {
    Path events = RealData.file(EVENTS);
    List<String> checkpoints = Files.readAllLines(RealData.file(CHECKPOINTS));
    checkpoints.removeFirst();
    assertThat(checkpoints).hasSize(20);

    NavigableMap<Integer, Position> lastOfCommit;
    try (EventStore store = EngineStore.open(folder)) {
      lastOfCommit = new Importer(store).run(events);
    }

    assertThat(lastOfCommit).hasSize(COMMITS);
    try (EventStore store = EngineStore.open(folder)) {
      assertThat(store.head()).isEqualTo(new Position(FILE_CHANGES - 1));
      for (String checkpoint : checkpoints) {
        String[] columns = checkpoint.split("\t", -1);
        // or of the one before: some commits change no file
        Position asOf = lastOfCommit.floorEntry(Integer.parseInt(columns[0])).getValue();
        Map<String, String> tree = treeAsOf(store, asOf);
        assertThat(tree).as("files of commit %s", columns[0]).hasSize(Integer.parseInt(columns[2]));
        assertThat(sha256(listing(tree)))
            .as("listing of commit %s", columns[0])
            .isEqualTo(columns[3]);
      }
    }
  }

  /** The files by their paths, each as it stands in the listing. */
  private static Map<String, String> treeAsOf(EventStore store, Position position) {
    var tree = new HashMap<String, String>();
    try (var read = store.read(ReadRequest.of(Query.everything()).asOf(position))) {
      assertThat(read.head()).isEqualTo(position);
      for (RecordedEvent event : read) {
        if (event.type().equals("FileDeleted")) {
          tree.remove(event.stream());
        } else {
          Matcher data = DATA.matcher(event.data().text());
          assertThat(data.matches()).as(event.toString()).isTrue();
          tree.put(event.stream(), event.stream() + "\t" + data.group(1) + "\t" + data.group(2));
        }
      }
    }
    return tree;
  }

  private static String listing(Map<String, String> tree) {
    return tree.values().stream().sorted().collect(Collectors.joining("\n"));
  }

  private static String sha256(String text) throws NoSuchAlgorithmException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /**
   * Sends many appends at a time, each of which expects its streams as the one before left them.
   */
  private static final class Importer {
    private final EventStore store;
    private final Map<String, Long> revisions = new HashMap<>();
    private final NavigableMap<Integer, Position> lastOfCommit = new TreeMap<>();
    private final Queue<Sent> underWay = new ArrayDeque<>();

    private record Sent(int commit, CompletableFuture<AppendResult> result) {}

    Importer(EventStore store) {
      this.store = store;
    }

    /** Imports the file; returns the last position of each commit. */
    NavigableMap<Integer, Position> run(Path file) throws IOException {
      try (BufferedReader lines = RealData.unpack(file)) {
        lines.readLine(); // the header
        var commit = new ArrayList<Change>();
        String line = lines.readLine();
        while (line != null) {
          Change change = Change.of(line);
          if (!commit.isEmpty() && commit.getFirst().commit != change.commit) {
            send(commit);
            commit.clear();
          }
          commit.add(change);
          line = lines.readLine();
        }
        send(commit);
      }
      while (!underWay.isEmpty()) {
        awaitOldest();
      }
      return lastOfCommit;
    }

    private void send(List<Change> commit) {
      var writes = new ArrayList<Append.Write>();
      var expected = new HashMap<String, ExpectedRevision>();
      for (Change change : commit) {
        String path = change.path;
        writes.add(new Append.Write(path, List.of(change.toEvent())));
        Long last = revisions.get(path);
        expected.putIfAbsent(
            path, last == null ? ExpectedRevision.noStream() : ExpectedRevision.exactly(last));
      }
      commit.forEach(change -> revisions.merge(change.path, 0L, (last, _) -> last + 1));
      var append = new Append(writes, expected, null);
      underWay.add(new Sent(commit.getFirst().commit, store.appendAsync(append)));
      if (underWay.size() > MOST_UNDER_WAY) {
        awaitOldest();
      }
    }

    private void awaitOldest() {
      Sent oldest = underWay.remove();
      lastOfCommit.put(oldest.commit, oldest.result.join().lastPosition());
    }
  }
}

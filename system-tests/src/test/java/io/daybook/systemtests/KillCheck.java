package io.daybook.systemtests;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that a store was heard to acknowledge, through all its lives, and how to check it. */
final class KillCheck {
  private static final int REFUSED = -1;
  private static final int UNKNOWN = -2;

  private final KillWork work;

  /** Of each writer, at which position each of its appends begins, or that it was refused. */
  private final List<List<Long>> answers = new ArrayList<>();

  /** Of the streams that were deleted, or were about to be, where their events are. */
  private final Map<Integer, Long> hidden = new HashMap<>();

  private final List<Integer> deleted = new ArrayList<>();

  private int nextGone;
  private long seen = -1;
  private long backedUp = -1;
  private long acknowledged;
  private long foundUnasked;
  private long refused;
  private long deletions;
  private long scavenges;
  private long backups;
  private long openings;

  KillCheck(long seed) {
    this.work = new KillWork(seed);
    for (int i = 0; i < KillWork.WRITERS; i++) {
      answers.add(new ArrayList<>());
    }
  }

  /** From which the work of the program follows. */
  long seed() {
    return work.seed();
  }

  /** A line of the program's. */
  void hear(String line) {
    String[] words = line.split(" ");
    switch (words[0]) {
      case "a" -> {
        acknowledged++;
        answered(words, Long.parseLong(words[3]));
      }
      case "r" -> {
        refused++;
        answered(words, REFUSED);
      }
      case "h" -> {
        int m = Integer.parseInt(words[1]);
        hidden.put(m, Long.parseLong(words[2]));
        nextGone = m + 1;
      }
      case "g" -> {
        deletions++;
        deleted.add(Integer.parseInt(words[1]));
      }
      case "s" -> scavenges++;
      case "b" -> {
        backups++;
        backedUp = Long.parseLong(words[1]);
      }
      case "v" -> seen = Math.max(seen, Long.parseLong(words[1]));
      case "open" -> openings++;
      default -> throw new AssertionError("unheard of: " + line);
    }
  }

  private void answered(String[] words, long answer) {
    List<Long> its = answers.get(Integer.parseInt(words[1]));
    int n = Integer.parseInt(words[2]);
    require(n == its.size(), "answers are missing before " + String.join(" ", words));
    its.add(answer);
  }

  /** The arguments of the next program: with which numbers it goes on. */
  List<String> goOn() {
    List<String> numbers = new ArrayList<>(List.of(Integer.toString(nextGone)));
    answers.forEach(its -> numbers.add(Integer.toString(its.size())));
    return numbers;
  }

  /** Checks an open store. */
  void check(EventStore store) {
    var everything = ReadRequest.of(Query.everything()).withSystemEvents();
    List<RecordedEvent> all = store.read(everything).toList();
    long head = store.head().value();
    require(head >= seen, "a subscriber saw position " + seen + ", but it ends with " + head);
    seen = head; // what is found once stays
    requireDense(all, head);
    Map<KillWork.Which, List<RecordedEvent>> found = new HashMap<>();
    for (RecordedEvent event : all) {
      if (!event.isSystem() && !event.stream().startsWith(KillWork.GONE)) {
        found.computeIfAbsent(KillWork.whichOf(event.event()), _ -> new ArrayList<>()).add(event);
      }
    }
    for (int writer = 0; writer < KillWork.WRITERS; writer++) {
      checkWriter(writer, found);
    }
    require(found.isEmpty(), "nobody has appended " + found.keySet());
    requireOneOfEachClaim(all);
    requireIndexed(store, all);
    for (int m : deleted) {
      boolean isEmpty = store.read(Query.stream(KillWork.GONE + m)).toList().isEmpty();
      require(isEmpty, "the stream was deleted: " + KillWork.GONE + m);
    }
  }

  private void requireDense(List<RecordedEvent> all, long head) {
    Set<Long> mayBeHidden = new HashSet<>(hidden.values());
    Map<String, Long> revisions = new HashMap<>();
    long next = 0;
    for (RecordedEvent event : all) {
      for (; next < event.position().value(); next++) {
        require(mayBeHidden.contains(next), "nothing is at position " + next);
      }
      next++;
      Long before = revisions.put(event.stream(), event.revision().value());
      require(
          event.revision().value() == (before == null ? 0 : before + 1),
          "the revision is wrong: " + event);
    }
    for (; next <= head; next++) {
      require(mayBeHidden.contains(next), "nothing is at position " + next);
    }
  }

  /** Takes a writer's appends out of what was found. */
  private void checkWriter(int writer, Map<KillWork.Which, List<RecordedEvent>> found) {
    List<Long> its = answers.get(writer);
    KillWork.Appends appends = work.from(writer, 0);
    for (int n = 0; n <= its.size(); n++) {
      var append = appends.next();
      List<RecordedEvent> there = found.remove(new KillWork.Which(writer, n));
      String what = "append " + n + " of writer " + writer;
      long answer = n < its.size() ? its.get(n) : UNKNOWN;
      if (there == null) {
        require(answer < 0, what + " was acknowledged at " + answer + ", but is not there");
        continue;
      }
      require(answer != REFUSED, what + " was refused, but is there");
      long first = there.getFirst().position().value();
      require(answer == UNKNOWN || first == answer, what + " is at " + first + ", not " + answer);
      requireSame(what, append.writes(), there);
      foundUnasked += answer == UNKNOWN ? 1 : 0;
    }
  }

  private static void requireSame(
      String what, List<Append.Write> writes, List<RecordedEvent> there) {
    int at = 0;
    for (Append.Write write : writes) {
      for (Event event : write.events()) {
        require(at < there.size(), what + " is there in part");
        RecordedEvent one = there.get(at);
        long place = there.getFirst().position().value() + at;
        require(
            one.event().equals(event)
                && one.stream().equals(write.stream())
                && one.position().value() == place,
            what + " is not what was appended: " + one);
        at++;
      }
    }
    require(at == there.size(), what + " has events too many");
  }

  private static void requireOneOfEachClaim(List<RecordedEvent> all) {
    Set<String> claims = new HashSet<>();
    for (RecordedEvent event : all) {
      for (String tag : event.tags()) {
        require(!tag.startsWith(KillWork.CLAIM) || claims.add(tag), "claimed twice: " + tag);
      }
    }
  }

  private static void requireIndexed(EventStore store, List<RecordedEvent> all) {
    List<Query> queries = new ArrayList<>(List.of(Query.types("T1"), Query.stream("claims")));
    for (int i = 0; i < KillWork.WRITERS; i++) {
      queries.add(Query.stream("own-" + i));
      queries.add(Query.tags("n:" + i));
    }
    for (Query query : queries) {
      List<RecordedEvent> expected = all.stream().filter(query::matches).toList();
      require(store.read(query).toList().equals(expected), "an index is wrong: " + query);
    }
  }

  /** Checks a backup beside the store: it is the store as it was. */
  void checkBackup(Path backup, EventStore store) {
    if (!Files.exists(backup.resolve("MANIFEST"))) {
      require(backedUp < 0, "a backup was done, but is not there");
      return;
    }
    try (EventStore copy = EngineStore.openReadOnly(backup, EngineOptions.defaults())) {
      long head = copy.head().value();
      require(head >= backedUp, "the backup ends with " + head + ", before " + backedUp);
      var everything = ReadRequest.of(Query.everything()).withSystemEvents();
      Map<Long, RecordedEvent> inStore = new HashMap<>();
      store.read(everything).forEach(event -> inStore.put(event.position().value(), event));
      for (RecordedEvent event : copy.read(everything).toList()) {
        if (!event.stream().startsWith(KillWork.GONE)) {
          RecordedEvent same = inStore.get(event.position().value());
          require(event.equals(same), "the backup has another event: " + event);
        }
      }
    }
  }

  /** How many programs said that the store is open. */
  long openings() {
    return openings;
  }

  /** What was heard and found, in a line. */
  String summary() {
    return acknowledged
        + " appends acknowledged and found, "
        + foundUnasked
        + " found whole of which nothing was said, "
        + refused
        + " refused, "
        + deletions
        + " streams deleted, "
        + scavenges
        + " scavenges, "
        + backups
        + " backups";
  }

  /** Adds up with another. */
  void add(KillCheck other) {
    acknowledged += other.acknowledged;
    foundUnasked += other.foundUnasked;
    refused += other.refused;
    deletions += other.deletions;
    scavenges += other.scavenges;
    backups += other.backups;
    openings += other.openings;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}

package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.cli.Jar.CoinsPut;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Reaction;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The commands that an application has among its own. */
@Timeout(60)
class ApplicationCommandsTest {
  @TempDir private Path directory;

  private InMemoryStore store = new InMemoryStore();
  private Path data = Path.of("unset");
  private String out = "";
  private String err = "";

  /** What an application is, as far as its commands are concerned. */
  @Command(name = "jars", synopsisSubcommandLabel = "COMMAND")
  private static final class Root {
    @Option(names = "--data", scope = ScopeType.INHERIT)
    private Path data = Path.of("jars-data");
  }

  @BeforeEach
  void makeTheDirectory() throws IOException {
    data = Files.createDirectory(directory.resolve("data"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private int run(String... words) {
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    var application =
        new Application(Terminal.of(InputStream.nullInputStream(), outBytes, errBytes));
    var root = new Root();
    var commands =
        ApplicationCommands.of(application, () -> root.data, _ -> new KeptOpenStore(store))
            .states("jar", Jar.DECIDER, Jar.CODEC, Jar.JSON)
            .projections("coins", "rich")
            .timers();
    var args = new ArrayList<>(List.of(words));
    if (!args.contains("--data")) {
      args.addAll(List.of("--data", data.toString()));
    }
    int exitCode = application.run(root, commands::addTo, args.toArray(String[]::new));
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  private void ok(String expected, String... words) {
    assertThat(run(words)).as(err).isZero();
    assertThat(err).isEmpty();
    assertThat(out).isEqualTo(expected);
  }

  private void fails(int exitCode, String line, String... words) {
    assertThat(run(words)).as(out).isEqualTo(exitCode);
    assertThat(out).isEmpty();
    assertThat(err).isEqualTo("jars " + line + "\n");
  }

  private UUID put(String stream, int coins, Audit audit) {
    Event event = Jar.put(coins, audit);
    var _ = store.append(stream, ExpectedRevision.any(), event);
    return event.id();
  }

  private RecordedEvent stored(UUID id) {
    return store.find(id).orElseThrow();
  }

  private ReadModel<Integer> coins(AtomicBoolean broken) {
    return Projection.named("coins", () -> 0)
        .reading(Jar.CODEC)
        .on(
            CoinsPut.class,
            (sum, e) -> {
              if (broken.get() && e.event().coins() == 13) {
                throw new IllegalStateException("13 brings bad luck");
              }
              return sum + e.event().coins();
            })
        .onFailure(FailurePolicy.park().withAttempts(1))
        .follow(store);
  }

  @Test
  void whatCausedWhatIsATree() {
    UUID first = put("jar-1", 1, Audit.by("ada").correlatedBy("c-1"));
    UUID second = put("jar-2", 2, Audit.none().correlatedBy("c-1").causedBy(first.toString()));
    UUID third = put("jar-3", 3, Audit.by("job").correlatedBy("c-1").causedBy(second.toString()));
    UUID fourth = put("jar-4", 4, Audit.none().correlatedBy("c-1").causedBy(second.toString()));
    UUID fifth = put("jar-5", 5, Audit.none().causedBy(third.toString()));
    put("jar-6", 6, Audit.none().correlatedBy("c-1").causedBy(first.toString()));
    put("jar-7", 7, Audit.none());

    assertThat(run("causation", second.toString())).isZero();
    assertThat(out.lines().skip(1).map(line -> line.replaceAll(" +\\d{4}-\\S+Z", "")).toList())
        .containsExactly(
            "  CoinsPut        jar-1/0  ada    " + first,
            ">   CoinsPut      jar-2/0         " + second,
            "      CoinsPut    jar-3/0  job    " + third,
            "        CoinsPut  jar-5/0         " + fifth,
            "      CoinsPut    jar-4/0         " + fourth,
            "1 other event of the same conversation c-1; --json lists them");

    assertThat(run("causation", first.toString())).isZero();
    assertThat(out.lines().skip(1).map(line -> line.replaceAll("^.*(jar-\\d).*", "$1")).toList())
        .containsExactly("jar-1", "jar-2", "jar-3", "jar-5", "jar-4", "jar-6");

    assertThat(run("causation", fifth.toString(), "--json")).isZero();
    assertThat(out.lines())
        .hasSize(4)
        .last()
        .asString()
        .startsWith("{\"relation\":\"event\",\"depth\":3,\"id\":\"" + fifth + "\"")
        .contains("\"causationId\":\"" + third + "\",\"correlationId\":null");
  }

  @Test
  void aCauseMayBeNoEventAndATreeMayBeLarge() {
    UUID first = put("jar-1", 1, Audit.none().causedBy("message 7"));
    for (int i = 0; i < 5; i++) {
      put("jar-2", i, Audit.none().causedBy(first.toString()));
    }
    assertThat(run("causation", first.toString(), "--limit", "3")).isZero();
    assertThat(out.lines())
        .hasSize(6)
        .startsWith("caused by message 7, which is no event of this store")
        .endsWith("and more; --limit shows them");
  }

  @Test
  void aCircleOfCausesEnds() {
    UUID own = Event.newId();
    Event event = Jar.CODEC.encode(own, new CoinsPut(1), Audit.none().causedBy(own.toString()));
    var _ = store.append("jar-1", ExpectedRevision.any(), event);
    assertThat(run("causation", own.toString())).isZero();
    assertThat(out.lines()).hasSize(2);
  }

  @Test
  void whatIsNoEventIsSaid() {
    fails(
        2,
        "causation: an event's id is like 0190163d-8694-739b-aea5-966c26f8ad91, not 7",
        "causation",
        "7");
    String unknown = "0190163d-8694-739b-aea5-966c26f8ad91";
    fails(
        1,
        "causation: there is no event " + unknown + " in the store " + data,
        "causation",
        unknown);
    fails(
        1,
        "causation: there is no store in nowhere; --data names another",
        "causation",
        unknown,
        "--data",
        "nowhere");
  }

  @Test
  void theStateIsComparedAtTwoMoments() {
    UUID first = put("jar-1", 4, Audit.none());
    put("jar-1", 5, Audit.none());
    UUID last = put("jar-1", 1, Audit.none());
    ok(
        """
        before: revision 0, recorded at %s
          {"coins":4,"times":1,"full":false}
        after:  revision 2, recorded at %s
          {"coins":10,"times":3,"full":true}
        events between: 2
        changed  before  after
        /coins   4       10
        /times   1       3
        /full    false   true
        """
            .formatted(stored(first).recordedAt(), stored(last).recordedAt()),
        "diff",
        "jar-1",
        "--from",
        "0",
        "--to",
        "2");

    assertThat(run("diff", "jar-1", "--to", "0", "--json")).isZero();
    assertThat(out)
        .contains("\"before\":{\"revision\":null,\"recordedAt\":null,\"state\":{\"coins\":0,")
        .endsWith(
            "\"events\":[\"CoinsPut\"],\"changes\":[{\"path\":\"/coins\",\"before\":0,\"after\":4},"
                + "{\"path\":\"/times\",\"before\":0,\"after\":1}]}\n");

    Instant before = stored(first).recordedAt().minusSeconds(1);
    Instant after = stored(last).recordedAt().plusSeconds(1);
    assertThat(run("diff", "jar-1", "--from", before.toString(), "--to", after.toString()))
        .isZero();
    assertThat(out).contains("before the first event").contains("events between: 3");

    assertThat(run("diff", "jar-1", "--from", "1", "--to", "1")).isZero();
    assertThat(out).endsWith("events between: 0\nnothing changed\n");
  }

  @Test
  void momentsThatMakeNoSenseAreRefused() {
    put("jar-1", 4, Audit.none());
    put("jar-1", 4, Audit.none());
    put("box-1", 4, Audit.none());
    fails(2, "diff: --from is after --to", "diff", "jar-1", "--from", "1", "--to", "0");
    fails(
        1,
        "diff: --to: the stream jar-1 has no revision 2; its last is 1",
        "diff",
        "jar-1",
        "--to",
        "2");
    fails(
        2,
        "diff: --to is a revision like 7 or an instant such as 2026-01-31T23:59:59Z, not: no",
        "diff",
        "jar-1",
        "--to",
        "no");
    fails(1, "diff: there is no stream jar-2", "diff", "jar-2");
    fails(
        2,
        "diff: no states are known of the category box; there are those of jar",
        "diff",
        "box-1");
    fails(
        2,
        "diff: no states are known of streams without a category; there are those of jar",
        "diff",
        "box");
  }

  @Test
  void whatDoesNotRunIsStopped() {
    ok(
        """
        projection  version  status   position  lag  behind  unknown  parked  parked effects
        coins       -        stopped  -         -    -       -        -       -
        rich        -        stopped  -         -    -       -        -       -
        """,
        "projections");
    ok("{\"name\":\"rich\",\"status\":\"stopped\"}\n", "projection", "rich", "--json");
    fails(2, "projection: there is no projection x; there are coins, rich", "projection", "x");
    String missing =
        " takes the running application, and none listens for the store in "
            + data
            + "; start it, and try again";
    fails(1, "projection: to rebuild a projection" + missing, "projection", "coins", "rebuild");
    fails(
        1,
        "projection: to look after parked events" + missing,
        "projection",
        "coins",
        "dead-letters");
    ok("no timer is pending\n", "timers");
  }

  @Test
  void theRunningApplicationIsAsked() {
    put("jar-1", 5, Audit.none());
    try (var coins = coins(new AtomicBoolean());
        var _ = ControlEndpoint.open(data, coins)) {
      coins.awaitHead();
      String title =
          "projection  version  status  position  lag  behind  unknown  parked  parked effects\n";
      assertThat(run("projection", "coins", "pause")).isZero();
      assertThat(out)
          .isEqualTo(
              title + "coins       -        paused  0         0    0 ms    0        0       0\n");
      assertThat(coins.status()).isEqualTo(ReadModel.Status.PAUSED);
      put("jar-1", 6, Audit.none());
      assertThat(run("projections", "--json")).isZero();
      assertThat(out.lines())
          .hasSize(2)
          .first()
          .asString()
          .contains("\"status\":\"paused\",\"position\":0,\"lagEvents\":1,");
      fails(
          1,
          "projection: the projection coins is paused; resume it first",
          "projection",
          "coins",
          "rebuild");
      assertThat(run("projection", "coins", "resume")).isZero();
      coins.await(store.head(), Duration.ofSeconds(30));
      assertThat(run("projection", "coins", "rebuild")).isZero();
      assertThat(out).startsWith("projection").contains("coins");
      assertThat(coins.current()).isEqualTo(11);
      fails(2, "projection: there is no projection rich; there are coins", "projection", "rich");
      fails(
          2,
          "projection: there is no fly of a projection; there are status, pause, resume, rebuild,"
              + " dead-letters",
          "projection",
          "coins",
          "fly");
      fails(2, "projection: one argument too many: now", "projection", "coins", "pause", "now");
    }
  }

  @Test
  void parkedEffectsAreReplayedOrGivenUp() throws Exception {
    var broken = new AtomicBoolean(true);
    var parked = new LinkedBlockingQueue<UUID>();
    var mails = new LinkedBlockingQueue<Integer>();
    var mailing =
        Projection.named("coins", () -> 0)
            .reading(Jar.CODEC)
            .on(CoinsPut.class, (sum, e) -> sum + e.event().coins())
            .effect(
                CoinsPut.class,
                e -> {
                  if (broken.get()) {
                    throw new IllegalStateException("no mail today");
                  }
                  mails.add(e.event().coins());
                })
            .onFailure(FailurePolicy.park().withAttempts(1))
            .watchedBy(
                new ProjectionListener() {
                  @Override
                  public void parked(String projection, RecordedEvent event, Throwable cause) {
                    parked.add(event.id());
                  }
                });
    try (var coins = mailing.follow(store);
        var _ = ControlEndpoint.open(data, coins)) {
      UUID first = put("jar-1", 3, Audit.none());
      UUID second = put("jar-2", 4, Audit.none());
      assertThat(parked.poll(30, TimeUnit.SECONDS)).isEqualTo(first);
      assertThat(parked.poll(30, TimeUnit.SECONDS)).isEqualTo(second);
      coins.awaitHead();
      assertThat(run("projections", "--json")).isZero();
      assertThat(out).contains("\"parked\":0,\"parkedEffects\":2");
      ok("nothing is parked\n", "projection", "coins", "dead-letters");
      assertThat(run("projection", "coins", "dead-letters", "--effects")).isZero();
      assertThat(out).contains(first.toString(), second.toString(), "no mail today");
      fails(
          2,
          "projection: --effects belongs to dead-letters, not to pause",
          "projection",
          "coins",
          "pause",
          "--effects");

      broken.set(false);
      String id = first.toString();
      ok(
          "discarded " + id + "\n",
          "projection",
          "coins",
          "dead-letters",
          "discard",
          id,
          "--effects");
      ok(
          "1 event will be handled again\n",
          "projection",
          "coins",
          "dead-letters",
          "replay",
          "--effects");
      assertThat(mails.poll(30, TimeUnit.SECONDS)).isEqualTo(4);
    }
    assertThat(mails).isEmpty();
  }

  @Test
  void parkedEventsAreReplayedOrGivenUp() {
    var broken = new AtomicBoolean(true);
    try (var coins = coins(broken);
        var _ = ControlEndpoint.open(data, coins)) {
      UUID bad = put("jar-1", 13, Audit.none());
      UUID behind = put("jar-1", 1, Audit.none());
      put("jar-2", 2, Audit.none());
      coins.await(stored(behind).position().next(), Duration.ofSeconds(30));

      assertThat(run("projection", "coins", "dead-letters")).isZero();
      assertThat(out.lines().map(line -> line.replaceAll(" +", " ")).toList())
          .containsExactly(
              "position event stream type attempts error",
              "0 " + bad + " jar-1 CoinsPut 1 " + error(),
              stored(behind).position()
                  + " "
                  + behind
                  + " jar-1 CoinsPut 0 waits behind another of jar-1");
      assertThat(run("projection", "coins", "dead-letters", "list", "--json")).isZero();
      assertThat(out.lines()).hasSize(2);
      assertThat(run("projection", "coins", "status", "--json")).isZero();
      assertThat(out).contains("\"parked\":2");

      fails(
          2,
          "projection: dead-letters discard needs the id of one event",
          "projection",
          "coins",
          "dead-letters",
          "discard");
      fails(
          2,
          "projection: there is no dead-letters drop; there are list, replay, discard",
          "projection",
          "coins",
          "dead-letters",
          "drop");
      assertThat(run("projection", "coins", "dead-letters", "replay", behind.toString()))
          .isEqualTo(ExitCode.USAGE);
      assertThat(err).contains("waits behind " + bad);

      broken.set(false);
      ok("2 events will be handled again\n", "projection", "coins", "dead-letters", "replay");
      coins.awaitHead();
      assertThat(coins.current()).isEqualTo(16);
      ok("nothing is parked\n", "projection", "coins", "dead-letters");
      ok("nothing is parked\n", "projection", "coins", "dead-letters", "replay");

      broken.set(true);
      UUID worse = put("jar-3", 13, Audit.none());
      coins.await(stored(worse).position(), Duration.ofSeconds(30));
      ok(
          "discarded " + worse + "\n",
          "projection",
          "coins",
          "dead-letters",
          "discard",
          worse.toString());
      ok("nothing is parked\n", "projection", "coins", "dead-letters");
      assertThat(run("projection", "coins", "dead-letters", "discard", worse.toString()))
          .isEqualTo(ExitCode.USAGE);
      assertThat(err).contains("no event " + worse + " is parked for coins");
    }
  }

  private static String error() {
    return "java.lang.IllegalStateException: 13 brings bad luck";
  }

  /** A process that warns when coins are put, and the warnings go astray while it is broken. */
  private ProcessRunner<String> warnings(AtomicBoolean broken) {
    return ProcessManager.named("warnings", "")
        .reading(Jar.CODEC)
        .startedBy(
            CoinsPut.class,
            Recorded::streamId,
            (_, e) -> List.of(Reaction.send(e.streamId(), new CoinsPut(e.event().coins()))))
        .on(store)
        .sending(
            CoinsPut.class,
            Jar.CODEC,
            (_, command, _) -> {
              if (broken.get() || command.coins() == 13) {
                throw new IllegalStateException("no line for " + command.coins());
              }
            })
        .retrying(new Retry(1, Duration.ZERO, Duration.ZERO))
        .run();
  }

  @Test
  void parkedInstancesOfAProcessAreReplayedOrGivenUp() {
    var logs = Logger.getLogger("io.daybook.eventsourcing.process");
    logs.setLevel(Level.OFF);
    UUID first = put("jar-1", 5, Audit.none());
    UUID second = put("jar-2", 13, Audit.none());
    var broken = new AtomicBoolean(true);
    try (var warnings = warnings(broken);
        var coins = coins(new AtomicBoolean());
        var _ = ControlEndpoint.open(data, List.of(coins), List.of(warnings))) {
      warnings.awaitIdle(Duration.ofSeconds(30));
      coins.awaitHead();
      assertThat(run("projections")).isZero();
      assertThat(out).containsPattern("warnings +- +running +\\d+ +0 +0 ms +- +2 +-\n");
      assertThat(run("projection", "warnings", "--json")).isZero();
      assertThat(out).contains("\"kind\":\"process\"", "\"parked\":2");

      assertThat(run("projection", "warnings", "dead-letters")).isZero();
      assertThat(out)
          .startsWith("position  event")
          .containsPattern("0 +" + first + " +jar-1 +CoinsPut +1 +.*no line for 5")
          .containsPattern("1 +" + second + " +jar-2 +CoinsPut +2 +.*no line for 13");
      assertThat(run("projection", "warnings", "dead-letters", "--json")).isZero();
      assertThat(out.lines()).hasSize(2).first().asString().contains("\"instance\":\"1\"");

      broken.set(false);
      assertThat(run("projection", "warnings", "dead-letters", "replay")).isEqualTo(1);
      assertThat(out).isEqualTo("2 instances tried again; 1 instance parked again\n");
      fails(
          2,
          "projection: no instance of the process warnings is parked at the event " + first,
          "projection",
          "warnings",
          "dead-letters",
          "replay",
          first.toString());
      ok(
          "discarded " + second + "\n",
          "projection",
          "warnings",
          "dead-letters",
          "discard",
          second.toString());
      ok("nothing is parked\n", "projection", "warnings", "dead-letters");
      fails(
          2,
          "projection: warnings is a process manager, and there is no pause of it; there are"
              + " status, dead-letters, replay, discard",
          "projection",
          "warnings",
          "pause");
    } finally {
      logs.setLevel(null);
    }
    assertThat(store.read(Query.types("process:Refused")).toList()).hasSize(1);
  }

  @Test
  void eachExplainsItself() {
    for (String command : List.of("projections", "projection", "timers", "causation", "diff")) {
      assertThat(run(command, "--help")).as(command).isZero();
      assertThat(out).contains("Usage: jars " + command).contains("--data");
    }
  }
}

package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.Jar.CoinsPut;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes over the socket, also from those who know no better. */
@Timeout(60)
class ControlEndpointTest {
  private static final int EVENTS = 5_000;

  @TempDir private Path directory;

  private final EventStore store = new InMemoryStore();

  private final ReadModel<Integer> model = follow("coins");
  private ControlEndpoint endpoint;

  private ReadModel<Integer> follow(String name) {
    return Projection.named(name, () -> 0)
        .reading(Jar.CODEC)
        .on(CoinsPut.class, (sum, e) -> sum + e.event().coins())
        .follow(store);
  }

  private Path data() {
    return directory.resolve("data");
  }

  @BeforeEach
  void open() {
    endpoint = ControlEndpoint.open(data(), model);
  }

  @AfterEach
  void close() {
    endpoint.close();
    model.close();
    store.close();
  }

  /** One that speaks to the socket by hand. */
  private static final class Caller implements AutoCloseable {
    private final SocketChannel channel;
    private final ControlLines lines;

    Caller(Path socket) throws IOException {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      lines = new ControlLines(channel, 1 << 20);
    }

    String ask(String request) throws IOException {
      lines.write(request);
      return next();
    }

    String next() throws IOException {
      return String.valueOf(lines.next());
    }

    void send(byte[] bytes) throws IOException {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private Caller call() throws IOException {
    return new Caller(directory.resolve("data.control/socket"));
  }

  private void put(int times) {
    for (int i = 0; i < times; i++) {
      var _ = store.append("jar-1", ExpectedRevision.any(), Jar.put(1, Audit.none()));
    }
  }

  @Test
  void tellsHowProjectionsAre() throws IOException {
    put(3);
    model.awaitHead();
    try (Caller caller = call()) {
      assertThat(caller.ask("{\"command\":\"projections\"}"))
          .startsWith("{\"ok\":{\"projections\":[{\"name\":\"coins\",\"version\":null,")
          .contains("\"position\":2,\"lagEvents\":0,\"lagMillis\":0,\"unknown\":0,\"parked\":0,")
          .contains("\"parkedEffects\":0");
    }
  }

  @Test
  void pausesAndResumes() throws IOException {
    try (Caller caller = call()) {
      assertThat(caller.ask("{\"command\":\"pause\",\"projection\":\"coins\"}"))
          .contains("\"status\":\"paused\"");
      put(2);
      assertThat(caller.ask("{\"command\":\"status\",\"projection\":\"coins\"}"))
          .contains("\"lagEvents\":2,");
      assertThat(model.current()).isZero();
      assertThat(caller.ask("{\"command\":\"rebuild\",\"projection\":\"coins\"}"))
          .contains("the projection coins is paused; resume it first");
      assertThat(caller.ask("{\"command\":\"resume\",\"projection\":\"coins\"}"))
          .doesNotContain("paused");
      model.awaitHead();
      assertThat(model.current()).isEqualTo(2);
    }
  }

  @Test
  void aRebuildShowsProgressAndOutlivesWhoAsked() throws Exception {
    endpoint.close();
    var reached = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var builds = new Semaphore(0);
    put(EVENTS);
    var slow =
        Projection.named("slow", () -> 0)
            .reading(Jar.CODEC)
            .on(
                CoinsPut.class,
                (sum, e) -> {
                  // the second build waits before the last event
                  if (sum == EVENTS - 1 && builds.tryAcquire()) {
                    reached.countDown();
                    await(release);
                  }
                  return sum + e.event().coins();
                })
            .follow(store);
    slow.awaitHead();
    builds.release();
    try (slow;
        var control = ControlEndpoint.open(data(), slow);
        Caller other = call()) {
      try (Caller caller = call()) {
        caller.lines.write("{\"command\":\"rebuild\",\"projection\":\"slow\"}");
        assertThat(caller.next()).startsWith("{\"progress\":{\"events\":4096,\"position\":4095,");
        reached.await();
        assertThat(other.ask("{\"command\":\"status\",\"projection\":\"slow\"}"))
            .contains("\"status\":\"live\"")
            .contains("\"rebuild\":{\"events\":4096,\"position\":4095,\"target\":4999,");
        assertThat(other.ask("{\"command\":\"rebuild\",\"projection\":\"slow\"}"))
            .contains("is being rebuilt already");
      }
      put(1); // for the new one to be told from the old one
      release.countDown();
      slow.await(store.head(), Duration.ofSeconds(30));
      String answer = other.ask("{\"command\":\"rebuild\",\"projection\":\"slow\"}");
      while (!answer.startsWith("{\"ok\"")) {
        answer = other.ask("{\"command\":\"rebuild\",\"projection\":\"slow\"}");
      }
      assertThat(slow.current()).isEqualTo(EVENTS + 1);
      assertThat(control).isNotNull();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aRebuildThatFailsSaysWhy() throws IOException {
    put(1);
    model.awaitHead();
    model.close();
    try (Caller caller = call()) {
      assertThat(caller.ask("{\"command\":\"rebuild\",\"projection\":\"coins\"}"))
          .startsWith("{\"error\":")
          .contains("closed")
          .endsWith("\"code\":\"failed\"}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                                     | not JSON: it is empty
          no                                                     | not JSON
          []                                                     | a JSON object is needed
          {"command":"projections"} {}                           | more follows
          {}                                                     | the request has no text command
          {"command":7}                                          | the request has no text command
          {"command":"fly","projection":"coins"}                 | there is no command fly
          {"command":"pause"}                                    | the request has no text projection
          {"command":"pause","projection":"x"}                   | there is no projection x; there are coins
          {"command":"discard","projection":"coins","event":"1"} | not 1
          {"command":"dead-letters","projection":"coins","limit":0} | limit is a number from 1 to
          {"command":"replay","projection":"coins","effects":1}  | effects is true or false
          """)
  void whatMakesNoSenseIsRefusedAndHarmsNobody(String request, String problem) throws IOException {
    try (Caller caller = call()) {
      assertThat(caller.ask(request)).startsWith("{\"error\":").contains(problem);
      assertThat(caller.ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
    }
  }

  @Test
  void deepNestingHarmsNobody() throws IOException {
    try (Caller caller = call()) {
      assertThat(caller.ask("{\"command\":" + "[".repeat(20_000))).contains("not JSON");
      assertThat(caller.ask("{\"command\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}"))
          .contains("nested deeper");
      assertThat(caller.ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
    }
  }

  @Test
  void aLineThatNeverEndsIsCut() throws IOException {
    try (Caller caller = call()) {
      caller.send(new byte[ControlEndpoint.MAX_REQUEST_BYTES + 1]);
      assertThat(caller.next()).contains("a line has more than 65536 bytes");
      assertThat(caller.next()).isEqualTo("null");
    }
    try (Caller caller = call()) {
      caller.send(new byte[] {'"', (byte) 0xff, '"', '\n'});
      assertThat(caller.next()).contains("a line is not UTF-8");
    }
    try (Caller caller = call()) {
      assertThat(caller.ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
    }
  }

  @Test
  void whoIsSilentForLongestMakesRoom() throws IOException {
    var callers = new ArrayList<Caller>();
    try {
      for (int i = 0; i < ControlEndpoint.MAX_CONNECTIONS; i++) {
        callers.add(call());
        if (i != 1) {
          assertThat(callers.getLast().ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
        }
      }
      // one that has just been answered may still count as busy: the second has never asked
      assertThat(callers.getFirst().ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
      try (Caller one = call()) {
        assertThat(one.ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
      }
      assertThat(callers.get(1).next()).isEqualTo("null");
      assertThat(callers.getLast().ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
    } finally {
      for (Caller caller : callers) {
        caller.close();
      }
    }
  }

  @Test
  void onlyTheOwnerGetsAtIt() throws IOException {
    Path control = directory.resolve("data.control");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(control)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(control.resolve("socket"))))
        .isEqualTo("rw-------");
    endpoint.close();
    assertThat(control).doesNotExist();
    endpoint.close();

    Files.createDirectory(control);
    Files.setPosixFilePermissions(control, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> ControlEndpoint.open(data(), model))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("not a directory of its owner alone");
  }

  @Test
  void oneThatLivesIsNotDisturbedAndOneThatDiedIsReplaced() throws IOException {
    assertThatThrownBy(() -> ControlEndpoint.open(data(), model))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("another application listens there already");
    try (Caller caller = call()) {
      assertThat(caller.ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
    }
    endpoint.close();

    ControlPlace place = ControlPlace.of(data());
    Path socket = place.prepare();
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket))
        .close();
    assertThat(socket).exists(); // as after a crash
    assertThat(ControlClient.connect(place)).isEmpty();
    open();
    try (Caller caller = call()) {
      assertThat(caller.ask("{\"command\":\"projections\"}")).startsWith("{\"ok\"");
    }
  }

  @Test
  void aStoreMayLieDeep() throws IOException {
    Path deep = Files.createDirectories(directory.resolve("d".repeat(90))).resolve("data");
    ControlPlace place = ControlPlace.of(deep);
    Path socket;
    try (var control = ControlEndpoint.open(deep, model);
        ControlClient client = ControlClient.connect(place).orElseThrow()) {
      socket = place.socket().orElseThrow();
      assertThat(socket.toString().getBytes(StandardCharsets.UTF_8).length).isLessThan(100);
      assertThat(client.ask(Map.of("command", "projections"), _ -> {})).containsKey("projections");
      assertThat(control).isNotNull();
    }
    assertThat(socket.getParent()).doesNotExist();
    assertThat(place.directory()).doesNotExist();
  }

  @Test
  void twoProjectionsOfANameAreRefused() {
    try (var twin = follow("coins")) {
      assertThatThrownBy(() -> ControlEndpoint.open(directory.resolve("other"), model, twin))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("two projections have the name coins");
    }
  }

  @Test
  void aClosedStoreIsAnAnswer() throws IOException {
    store.close();
    try (Caller caller = call()) {
      assertThat(caller.ask("{\"command\":\"projections\"}"))
          .startsWith("{\"error\":")
          .endsWith("\"code\":\"failed\"}");
    }
  }
}

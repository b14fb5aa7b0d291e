package io.daybook.engine.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.tree.TreeHash;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofTest {
  private static final KeyPair KEY = ProofKeys.newPair();
  private static final UUID STORE = UUID.fromString("f8d6284d-56a2-4f0c-b819-97fcbf83135e");
  private static final Instant TIME = Instant.parse("2026-11-23T11:34:51.856478Z");

  private final TreeHash hash = new TreeHash();

  private static RecordedEvent event(long position, Payload data) {
    var event =
        new Event(
            new UUID(7, position),
            "Deposited by hand",
            List.of("owner:ada", "ü:1"),
            data,
            position == 1 ? Payload.json("{\"actor\":\"x\"}") : Payload.empty());
    return new RecordedEvent(
        new Position(position), "konto 7", new Revision(position), TIME, event);
  }

  private static final RecordedEvent READABLE = event(0, Payload.json("{\"amount\": \"100 €\"}"));
  private static final RecordedEvent NOISE = event(1, Payload.of(new byte[] {1, -1, 10}, "x/y"));
  private static final RecordedEvent EMPTY = event(2, Payload.of(new byte[0], "text/plain"));

  private static SignedHead head(long events, byte[] root) {
    return SignedHead.sign(STORE, 3, events, Hash.of(root), TIME, KEY);
  }

  private List<Proof> proofs() {
    byte[] a = hash.leaf(READABLE);
    byte[] b = hash.leaf(NOISE);
    byte[] c = hash.leaf(EMPTY);
    SignedHead two = head(2, hash.node(a, b));
    SignedHead three = head(3, hash.node(hash.node(a, b), c));
    return List.of(
        two,
        InclusionProof.of(three, READABLE, List.of(Hash.of(b), Hash.of(c))),
        InclusionProof.of(three, NOISE, List.of(Hash.of(a), Hash.of(c))),
        InclusionProof.of(three, EMPTY, List.of(two.root())),
        InclusionProof.of(three, NOISE, List.of(Hash.of(a), Hash.of(c))).withoutEvent(),
        new ConsistencyProof(two, three, List.of(Hash.of(c))),
        new ConsistencyProof(two, two, List.of()));
  }

  @Test
  void proofsHoldAndComeBackFromTheirText() {
    for (Proof proof : proofs()) {
      proof.check(KEY.getPublic());
      Proof parsed = Proof.parse(proof.toText());
      assertThat(parsed).isEqualTo(proof);
      parsed.check(KEY.getPublic());
    }
  }

  @Test
  void aPersonCanReadWhatIsProved() {
    assertThat(proofs().get(1).toText())
        .startsWith(
            """
            daybook-inclusion 1
            position 0
            recorded 2026-11-23T11:34:51.856478Z
            stream konto 7
            revision 0
            id 00000000-0000-0007-0000-000000000000
            type Deposited by hand
            tag owner:ada
            tag ü:1
            metadata-type application/json
            metadata
            data-type application/json
            data {"amount": "100 €"}
            """)
        .contains("100 €\"}\npath ");
    assertThat(proofs().get(2).toText()).contains("\ndata-base64 Af8K\n");
  }

  /** Each byte replaced, left out and doubled. */
  @Test
  void noByteOfAProofCanBeChanged() {
    int refused = 0;
    for (Proof proof : proofs()) {
      byte[] text = proof.toText().getBytes(StandardCharsets.UTF_8);
      int stride = Boolean.getBoolean("daybook.quick") ? 5 : 1;
      for (int at = 0; at < text.length; at += stride) {
        for (int bit : new int[] {0, 1, 5}) {
          byte[] changed = text.clone();
          changed[at] ^= (byte) (1 << bit);
          assertRefused(changed);
        }
        byte[] shorter = new byte[text.length - 1];
        System.arraycopy(text, 0, shorter, 0, at);
        System.arraycopy(text, at + 1, shorter, at, shorter.length - at);
        byte[] longer = new byte[text.length + 1];
        System.arraycopy(text, 0, longer, 0, at + 1);
        System.arraycopy(text, at, longer, at + 1, text.length - at);
        assertRefused(shorter);
        assertRefused(longer);
        refused += 5;
      }
    }
    assertThat(refused).isPositive();
  }

  private static void assertRefused(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Proof.parse(text).check(KEY.getPublic()))
        .as(text)
        .isInstanceOf(ProofFailedException.class);
  }

  @Test
  void whatDoesNotMatchIsSaid() {
    KeyPair other = ProofKeys.newPair();
    SignedHead two = (SignedHead) proofs().getFirst();
    assertReason(() -> two.check(other.getPublic()), ProofFailedException.Reason.OTHER_KEY);
    var moved =
        new SignedHead(STORE, 3, 3, two.root(), two.signedAt(), two.keyId(), two.signature());
    assertReason(() -> moved.check(KEY.getPublic()), ProofFailedException.Reason.SIGNATURE);
    Hash some = Hash.of(new byte[32]);
    Proof wrong = InclusionProof.of(two, READABLE, List.of(some));
    assertReason(() -> wrong.check(KEY.getPublic()), ProofFailedException.Reason.NOT_INCLUDED);
    SignedHead elsewhere = SignedHead.sign(new UUID(1, 1), 3, 2, two.root(), TIME, KEY);
    assertReason(
        () -> new ConsistencyProof(two, elsewhere, List.of()).check(KEY.getPublic()),
        ProofFailedException.Reason.OTHER_STORE);
    SignedHead restored = SignedHead.sign(STORE, 4, 2, some, TIME, KEY);
    assertThatThrownBy(() -> new ConsistencyProof(two, restored, List.of()).check(KEY.getPublic()))
        .hasMessageContaining("set back to an earlier point");
    assertReason(() -> Proof.parse("hello\n"), ProofFailedException.Reason.MALFORMED);
    assertReason(() -> Proof.parse(""), ProofFailedException.Reason.MALFORMED);
  }

  /** The log has microseconds in 64 bits: what is beyond would have the hash of another time. */
  @Test
  void aTimeThatIsNotHashedIsRefused() {
    String text = proofs().get(1).toText();
    String finer = text.replaceFirst("856478Z", "856478001Z");
    assertReason(() -> Proof.parse(finer), ProofFailedException.Reason.MALFORMED);
    Instant same = TIME.plusSeconds(18_446_744_073_709L).plusNanos(551_616_000);
    String wrapped = text.replaceFirst("recorded .*", "recorded " + same);
    assertReason(() -> Proof.parse(wrapped), ProofFailedException.Reason.MALFORMED);
  }

  private static void assertReason(ThrowingCallable call, ProofFailedException.Reason reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProofFailedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void keysComeBackFromTheirText() {
    String secret = ProofKeys.privatePem(KEY);
    KeyPair read = ProofKeys.pair(secret);
    assertThat(read.getPublic()).isEqualTo(KEY.getPublic());
    assertThat(read.getPrivate()).isEqualTo(KEY.getPrivate());
    String pem = ProofKeys.publicPem(KEY.getPublic());
    assertThat(ProofKeys.publicKey(pem)).isEqualTo(KEY.getPublic());
    assertThat(ProofKeys.publicKey(pem.replace("\n", "\r\n"))).isEqualTo(KEY.getPublic());
    assertThat(ProofKeys.id(KEY.getPublic())).matches("[0-9a-f]{16}");
    assertThatThrownBy(() -> ProofKeys.pair(pem)).hasMessageContaining("public key");
    assertThatThrownBy(() -> ProofKeys.publicKey(secret)).hasMessageContaining("secret");
    assertThatThrownBy(() -> ProofKeys.pair("no key")).hasMessageContaining("not an Ed25519 key");
    String encrypted = secret.replace("PRIVATE", "ENCRYPTED PRIVATE");
    assertThatThrownBy(() -> ProofKeys.pair(encrypted)).hasMessageContaining("decrypt it");
    String broken = secret.replaceFirst("\n(....)", "\n????");
    assertThatThrownBy(() -> ProofKeys.pair(broken)).hasMessageContaining("not an Ed25519 key");
  }

  @Test
  void keysAreThoseOfOpenssl(@TempDir Path folder) throws Exception {
    Path secret = folder.resolve("key");
    Path pub = folder.resolve("key.pub");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/openssl")), "there is no openssl to compare with");
    openssl("genpkey", "-algorithm", "ed25519", "-out", secret.toString());
    openssl("pkey", "-in", secret.toString(), "-pubout", "-out", pub.toString());
    KeyPair read = ProofKeys.pair(Files.readString(secret));
    assertThat(ProofKeys.publicPem(read.getPublic())).isEqualTo(Files.readString(pub));
    assertThat(ProofKeys.privatePem(read)).isEqualTo(Files.readString(secret));
    SignedHead.sign(STORE, 0, 0, Hash.of(new byte[32]), TIME, read)
        .check(ProofKeys.publicKey(Files.readString(pub)));
  }

  private static void openssl(String... args) throws Exception {
    var command = new ArrayList<>(List.of("/usr/bin/openssl"));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}

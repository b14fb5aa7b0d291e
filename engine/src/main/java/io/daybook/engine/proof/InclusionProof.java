package io.daybook.engine.proof;

import io.daybook.engine.log.Micros;
import io.daybook.engine.tree.MerklePaths;
import io.daybook.engine.tree.TreeHash;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event, and the evidence that it stands at its position among the events of a signed head. It
 * may hold the event's hash alone: of an event that is not to be shown, or is there no more.
 */
public final class InclusionProof implements Proof {
  static final String TITLE = "daybook-inclusion 1";

  private final SignedHead head;
  private final Position position;
  private final Hash leaf;
  private final @Nullable RecordedEvent event;
  private final List<Hash> path;

  private InclusionProof(
      SignedHead head,
      Position position,
      Hash leaf,
      @Nullable RecordedEvent event,
      List<Hash> path) {
    this.head = Objects.requireNonNull(head, "head");
    this.position = Objects.requireNonNull(position, "position");
    this.leaf = Objects.requireNonNull(leaf, "leaf");
    this.event = event;
    this.path = List.copyOf(path);
  }

  /** Of an event, which is shown. */
  public static InclusionProof of(SignedHead head, RecordedEvent event, List<Hash> path) {
    Hash leaf = Hash.of(new TreeHash().leaf(event));
    return new InclusionProof(head, event.position(), leaf, event, path);
  }

  /** Of an event's hash alone. */
  public static InclusionProof ofLeaf(
      SignedHead head, Position position, Hash leaf, List<Hash> path) {
    return new InclusionProof(head, position, leaf, null, path);
  }

  /** The head that the event is one of. */
  public SignedHead head() {
    return head;
  }

  /** The event's position. */
  public Position position() {
    return position;
  }

  /** The event's hash. */
  public Hash leaf() {
    return leaf;
  }

  /** The event, unless only its hash is given. */
  public Optional<RecordedEvent> event() {
    return Optional.ofNullable(event);
  }

  /** The hashes that lead from the event to the root. */
  public List<Hash> path() {
    return path;
  }

  /**
   * The same proof without the event, so that its content need not be shown. Whoever has the event
   * from elsewhere can still compare it.
   */
  public InclusionProof withoutEvent() {
    return new InclusionProof(head, position, leaf, null, path);
  }

  @Override
  public void check(PublicKey key) {
    head.check(key);
    boolean included =
        MerklePaths.includes(
            position.value(),
            head.events(),
            leaf.toByteArray(),
            path.stream().map(Hash::toByteArray).toList(),
            head.root().toByteArray());
    if (!included) {
      throw new ProofFailedException(
          ProofFailedException.Reason.NOT_INCLUDED,
          "the event does not match: at position "
              + position
              + " of the "
              + head.events()
              + " events that were signed at "
              + head.signedAt()
              + " stands another one, or the proof was changed");
    }
  }

  @Override
  public String toText() {
    var out = new ProofWriter().line(TITLE).field("position", position);
    if (event == null) {
      out.field("leaf", leaf);
    } else {
      out.field("recorded", event.recordedAt())
          .field("stream", event.stream())
          .field("revision", event.revision())
          .field("id", event.id())
          .field("type", event.type());
      event.tags().forEach(tag -> out.field("tag", tag));
      out.payload("metadata", event.metadata()).payload("data", event.data());
    }
    return out.path(path).all(head.toText()).toString();
  }

  static InclusionProof read(ProofReader in) {
    in.line(TITLE);
    Position position = in.field("position", text -> new Position(Long.parseLong(text)));
    if (in.atField("leaf")) {
      Hash leaf = in.field("leaf", Hash::parse);
      List<Hash> path = in.path();
      return ofLeaf(SignedHead.read(in), position, leaf, path);
    }
    Instant recordedAt = in.field("recorded", InclusionProof::toTheMicrosecond);
    String stream = in.field("stream");
    Revision revision = in.field("revision", text -> new Revision(Long.parseLong(text)));
    UUID id = in.field("id", UUID::fromString);
    String type = in.field("type");
    List<String> tags = new ArrayList<>();
    while (in.atField("tag")) {
      tags.add(in.field("tag"));
    }
    var metadata = in.payload("metadata");
    var data = in.payload("data");
    List<Hash> path = in.path();
    SignedHead head = SignedHead.read(in);
    try {
      var event = new Event(id, type, tags, data, metadata);
      return of(head, new RecordedEvent(position, stream, revision, recordedAt, event), path);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw ProofFailedException.malformed(String.valueOf(e.getMessage()));
    }
  }

  /** What is finer, or out of the log's range, is not hashed, and so could be changed unnoticed. */
  private static Instant toTheMicrosecond(String text) {
    Instant parsed = Instant.parse(text);
    if (!Micros.toInstant(Micros.of(parsed)).equals(parsed)) {
      throw new IllegalArgumentException("no time of a log: " + text);
    }
    return parsed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InclusionProof that && toText().equals(that.toText());
  }

  @Override
  public int hashCode() {
    return Objects.hash(head, position, leaf);
  }

  @Override
  public String toString() {
    return toText();
  }
}

package io.daybook.eventsourcing.privacy;

import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventstore.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * States sealed with the keys of the subjects that they hold something personal about, for
 * snapshots: when one of the subjects is forgotten, nobody reads such a snapshot any more, wherever
 * a copy of it is, and it is passed over. May be used by any number of threads.
 *
 * <p>A state about a forgotten subject is not written: no snapshot is taken. A state whose fields
 * read as forgotten may name no subject.
 *
 * @param <S> the state
 */
public final class SealedState<S> implements StateCodec<S> {
  private static final String CONTENT_TYPE = "application/vnd.daybook.sealed-state";

  private final StateCodec<S> codec;
  private final SubjectKeys keys;
  private final Function<? super S, ? extends Collection<String>> subjects;

  private SealedState(
      StateCodec<S> codec,
      SubjectKeys keys,
      Function<? super S, ? extends Collection<String>> subjects) {
    this.codec = Objects.requireNonNull(codec, "codec");
    this.keys = Objects.requireNonNull(keys, "keys");
    this.subjects = Objects.requireNonNull(subjects, "subjects");
  }

  /**
   * What the codec makes of a state, sealed.
   *
   * @param subjects the ids of all that a state holds something personal about
   */
  public static <S> SealedState<S> of(
      StateCodec<S> codec,
      SubjectKeys keys,
      Function<? super S, ? extends Collection<String>> subjects) {
    return new SealedState<>(codec, keys, subjects);
  }

  @Override
  public String shape() {
    return "sealed:" + codec.shape();
  }

  /**
   * {@inheritDoc}
   *
   * @throws SubjectForgottenException if a subject was forgotten
   */
  @Override
  public Payload encode(S state) {
    Payload plain = codec.encode(state);
    var using = new ArrayList<SubjectKey>();
    for (String subject : new TreeSet<>(subjects.apply(state))) {
      using.add(keys.current(subject));
    }
    byte[] head = head(plain.contentType(), using);
    byte[] bytes = plain.toByteArray();
    for (SubjectKey key : using) {
      bytes = key.seal(bytes, head);
    }
    return Payload.of(
        ByteBuffer.allocate(head.length + bytes.length).put(head).put(bytes).array(), CONTENT_TYPE);
  }

  /**
   * {@inheritDoc}
   *
   * @throws SubjectForgottenException if a subject was forgotten
   */
  @Override
  public S decode(Payload state) {
    if (!state.contentType().equals(CONTENT_TYPE)) {
      throw new IllegalArgumentException("the state was not sealed: " + state.contentType());
    }
    ByteBuffer in = ByteBuffer.wrap(state.toByteArray());
    String contentType = text(in);
    int count = in.getInt();
    var using = new ArrayList<SubjectKey>();
    for (int i = 0; i < count; i++) {
      String subject = text(in);
      int version = in.getInt();
      using.add(
          keys.find(subject, version).orElseThrow(() -> new SubjectForgottenException(subject)));
    }
    byte[] head = new byte[in.position()];
    in.get(0, head);
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    for (SubjectKey key : using.reversed()) {
      bytes =
          key.open(bytes, head)
              .orElseThrow(
                  () -> new IllegalArgumentException("the state is not what " + key + " sealed"));
    }
    return codec.decode(Payload.of(bytes, contentType));
  }

  private static byte[] head(String contentType, List<SubjectKey> using) {
    byte[] type = contentType.getBytes(StandardCharsets.UTF_8);
    int size = 2 * Integer.BYTES + type.length;
    for (SubjectKey key : using) {
      size += 2 * Integer.BYTES + key.subject().getBytes(StandardCharsets.UTF_8).length;
    }
    ByteBuffer head = ByteBuffer.allocate(size).putInt(type.length).put(type);
    head.putInt(using.size());
    for (SubjectKey key : using) {
      byte[] subject = key.subject().getBytes(StandardCharsets.UTF_8);
      head.putInt(subject.length).put(subject).putInt(key.version());
    }
    return head.array();
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

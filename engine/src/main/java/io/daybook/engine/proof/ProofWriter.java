package io.daybook.engine.proof;

import io.daybook.eventstore.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the lines of a proof. There is one way to write each. */
final class ProofWriter {
  static final String TYPE = "-type";
  static final String BASE64 = "-base64";

  private final StringBuilder text = new StringBuilder();

  ProofWriter line(String line) {
    text.append(line).append('\n');
    return this;
  }

  ProofWriter field(String name, Object value) {
    String shown = value.toString();
    return line(shown.isEmpty() ? name : name + " " + shown);
  }

  /** Text that a person can read stands there as it is; anything else in Base64. */
  ProofWriter payload(String name, Payload payload) {
    field(name + TYPE, payload.contentType());
    String readable = readable(payload.toByteArray());
    return readable == null
        ? field(name + BASE64, Base64.getEncoder().encodeToString(payload.toByteArray()))
        : field(name, readable);
  }

  private static @Nullable String readable(byte[] bytes) {
    try {
      String decoded =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return decoded.chars().anyMatch(Character::isISOControl) ? null : decoded;
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  ProofWriter path(List<Hash> path) {
    path.forEach(hash -> field("path", hash));
    return this;
  }

  /** All of another text. */
  ProofWriter all(String lines) {
    text.append(lines);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

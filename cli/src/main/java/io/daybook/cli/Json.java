package io.daybook.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** JSON texts as bytes, which are looked at and never rewritten. */
final class Json {
  /**
   * Texts are UTF-8, whatever they begin with. The length of a text is limited by whoever gives it,
   * and numbers are never converted, so that the parser's own limits are lifted; nesting costs it a
   * little memory per level and no stack.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(100_000)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final Pattern SOURCE =
      Pattern.compile("\\s*\\((for|start marker at) .*", Pattern.DOTALL);
  private static final Pattern ENABLE = Pattern.compile(": enable `.*", Pattern.DOTALL);

  /**
   * What is wrong with a JSON text.
   *
   * @param offset where, in bytes
   * @param what what
   */
  record Problem(int offset, String what) {}

  private Json() {}

  /** A parser of a piece of a buffer; its byte offsets count from the piece's beginning. */
  static JsonParser parser(byte[] bytes, int offset, int length) {
    return FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length);
  }

  /** What the parser found wrong in a piece of that length. */
  static Problem problem(JacksonException e, int length) {
    String what = String.valueOf(e.getOriginalMessage());
    what = ENABLE.matcher(SOURCE.matcher(what).replaceFirst("")).replaceFirst("");
    var location = e.getLocation();
    long offset = location == null ? 0 : location.getByteOffset();
    return new Problem((int) Math.clamp(offset, 0L, length), "not JSON: " + what);
  }

  /** What is wrong with a piece as a JSON text; null if it is one, and nothing else. */
  static @Nullable Problem check(byte[] bytes, int offset, int length) {
    try (JsonParser parser = parser(bytes, offset, length)) {
      if (parser.nextToken() == null) {
        return new Problem(length, "not JSON: it is empty");
      }
      parser.skipChildren();
      parser.finishToken();
      if (parser.nextToken() != null) {
        return new Problem(tokenStart(parser), "not JSON: more follows where it should end");
      }
      return null;
    } catch (JacksonException e) {
      return problem(e, length);
    }
  }

  /** Whether a piece is a JSON object, which {@link #check} has passed. */
  static boolean isObject(byte[] json) {
    for (byte b : json) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b == '{';
      }
    }
    return false;
  }

  /** The offset of the current token's first byte. */
  static int tokenStart(JsonParser parser) {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  /** Passes over the current value and returns the offset after its last byte. */
  static int skipValue(JsonParser parser) {
    parser.skipChildren();
    parser.finishToken();
    return (int) parser.currentLocation().getByteOffset();
  }

  /** Whether the current token ends the object, or the text. */
  static boolean isEnd(@Nullable JsonToken token) {
    return token == null || token == JsonToken.END_OBJECT;
  }

  /**
   * Whether a piece can stand in a line of NDJSON, so that a reader gets back exactly its bytes: it
   * is one JSON text in UTF-8, without line ends, and without white space around it.
   */
  static boolean fitsOneLine(byte[] bytes, int offset, int length) {
    if (length == 0 || bytes[offset] <= ' ' || bytes[offset + length - 1] == ' ') {
      return false;
    }
    boolean ascii = true;
    for (int i = offset; i < offset + length; i++) {
      byte b = bytes[i];
      if (b < 0) {
        ascii = false;
      } else if (b < ' ') {
        // between tokens a tab would be JSON: rare enough to go the safe way
        return false;
      }
    }
    return (ascii || isUtf8(bytes, offset, length)) && check(bytes, offset, length) == null;
  }

  /** Whether these are one JSON text in UTF-8. */
  static boolean isText(byte[] bytes) {
    return isUtf8(bytes, 0, bytes.length) && check(bytes, 0, bytes.length) == null;
  }

  private static boolean isUtf8(byte[] bytes, int offset, int length) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, offset, length));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  /** A copy of a JSON text without the white space between its tokens. */
  static byte[] compact(byte[] bytes, int offset, int length) {
    var out = new byte[length];
    int size = 0;
    boolean inText = false;
    for (int i = offset; i < offset + length; i++) {
      byte b = bytes[i];
      if (!inText && (b == ' ' || b == '\t' || b == '\r' || b == '\n')) {
        continue;
      }
      out[size++] = b;
      if (b == '"') {
        inText = !inText;
      } else if (inText && b == '\\') {
        i++;
        out[size++] = bytes[i]; // the text was checked, so that something follows
      }
    }
    return Arrays.copyOf(out, size);
  }
}

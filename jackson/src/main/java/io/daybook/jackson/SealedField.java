package io.daybook.jackson;

import io.daybook.eventsourcing.privacy.SubjectKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is written in the place of a personal field.
 *
 * @param subject whom it is about
 * @param key the version of the subject's key
 * @param base64 what was sealed, in Base64
 */
record SealedField(String subject, int key, String base64) {
  static final String SUBJECT = "@personal";
  private static final String KEY = "key";
  private static final String SEALED = "sealed";
  private static final byte[] START = ("{\"" + SUBJECT + "\":").getBytes(StandardCharsets.US_ASCII);

  static SealedField of(SubjectKey key, byte[] sealed) {
    return new SealedField(
        key.subject(), key.version(), Base64.getEncoder().encodeToString(sealed));
  }

  byte[] bytes() {
    return Base64.getDecoder().decode(base64);
  }

  /** Without white space, whatever the mapper does elsewhere: it is found by how it begins. */
  byte[] json(JsonMapper mapper) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(START);
    out.writeBytes(mapper.writeValueAsBytes(subject));
    String rest = ",\"" + KEY + "\":" + key + ",\"" + SEALED + "\":\"" + base64 + "\"}";
    out.writeBytes(rest.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  /** Whether a value in JSON begins as a sealed field does. */
  static boolean looksSealed(byte[] json) {
    return json.length >= START.length
        && Arrays.equals(json, 0, START.length, START, 0, START.length);
  }

  /** Whether a field in this JSON may be sealed; quickly told. */
  static boolean mayOccurIn(ByteBuffer json) {
    int last = json.limit() - START.length;
    for (int start = json.position(); start <= last; start++) {
      int matched = 0;
      while (matched < START.length && json.get(start + matched) == START[matched]) {
        matched++;
      }
      if (matched == START.length) {
        return true;
      }
    }
    return false;
  }

  /** The sealed field in this JSON; nothing if it is something else. */
  static Optional<SealedField> parse(JsonMapper mapper, byte[] json) {
    try {
      if (!(mapper.readTree(json) instanceof ObjectNode node) || node.size() != 3) {
        return Optional.empty();
      }
      JsonNode subject = node.path(SUBJECT);
      JsonNode key = node.path(KEY);
      JsonNode sealed = node.path(SEALED);
      if (!subject.isString() || !key.isInt() || !sealed.isString()) {
        return Optional.empty();
      }
      var field = new SealedField(subject.stringValue(), key.intValue(), sealed.stringValue());
      return field.bytes().length == 0 ? Optional.empty() : Optional.of(field);
    } catch (JacksonException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}

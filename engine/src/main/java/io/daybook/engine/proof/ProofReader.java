package io.daybook.engine.proof;

import io.daybook.eventstore.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** Reads the lines of a proof, one after another. */
final class ProofReader {
  private static final String PATH = "path";

  private final List<String> lines;
  private int next;

  ProofReader(String text) {
    if (!text.endsWith("\n")) {
      throw ProofFailedException.malformed("its last line has no end");
    }
    lines = List.of(text.substring(0, text.length() - 1).split("\n", -1));
  }

  /** Whether the next line is this one. */
  boolean at(String line) {
    return next < lines.size() && lines.get(next).equals(line);
  }

  void line(String expected) {
    if (!at(expected)) {
      throw unexpected(expected);
    }
    next++;
  }

  boolean atField(String name) {
    return next < lines.size()
        && (lines.get(next).equals(name) || lines.get(next).startsWith(name + " "));
  }

  String field(String name) {
    if (!atField(name)) {
      throw unexpected(name);
    }
    String line = lines.get(next++);
    return line.length() == name.length() ? "" : line.substring(name.length() + 1);
  }

  <T> T field(String name, Function<String, T> parser) {
    int line = next + 1;
    String value = field(name);
    try {
      return parser.apply(value);
    } catch (RuntimeException _) {
      throw ProofFailedException.malformed("line " + line + " has a " + name + " that is none");
    }
  }

  Payload payload(String name) {
    String contentType = field(name + ProofWriter.TYPE);
    byte[] bytes =
        atField(name + ProofWriter.BASE64)
            ? field(name + ProofWriter.BASE64, Base64.getDecoder()::decode)
            : field(name).getBytes(StandardCharsets.UTF_8);
    try {
      return Payload.of(bytes, contentType);
    } catch (IllegalArgumentException e) {
      throw ProofFailedException.malformed(String.valueOf(e.getMessage()));
    }
  }

  List<Hash> path() {
    List<Hash> path = new ArrayList<>();
    while (atField(PATH)) {
      path.add(field(PATH, Hash::parse));
    }
    return path;
  }

  void requireEnd() {
    if (next < lines.size()) {
      throw ProofFailedException.malformed("line " + (next + 1) + " is too much");
    }
  }

  private ProofFailedException unexpected(String expected) {
    return ProofFailedException.malformed("line " + (next + 1) + " should begin with: " + expected);
  }
}

package io.daybook.jackson;

import io.daybook.eventsourcing.codec.EventTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps a JSON Schema of each event type beside the code, and fails when a class cannot read any
 * more what its schema says that stored events hold. To be called by a test, so that the build
 * fails before such a class is released.
 *
 * <pre>{@code
 * EventSchemas.of(codec).check(Path.of("src/main/events"));
 * }</pre>
 *
 * <p>A schema is a file {@code Type.v1.json}, for each type and version. {@link #check} writes
 * nothing, unless the system property {@code daybook.schemas} is {@code write}: then schemas that
 * are missing, and those that only widen what is recorded, are recorded. What is incompatible fails
 * either way: raise the version by an upcaster, and the new version has a schema of its own.
 *
 * <p>Compared is the data alone, by what the codec's mapper reads: names and types of components,
 * which of them may be missing, names of enum constants, classes of sealed types. A class whose
 * form a module or serializer of yours decides is compared by its properties. Immutable.
 */
public final class EventSchemas {
  /** The system property that makes {@link #check} record what can be recorded. */
  public static final String PROPERTY = "daybook.schemas";

  private static final String HOW_TO_RECORD = "record it with -D" + PROPERTY + "=write";
  private static final Pattern FILE = Pattern.compile("(.+)\\.v([1-9]\\d{0,8})\\.json");

  private final JsonCodec<?> codec;

  private EventSchemas(JsonCodec<?> codec) {
    this.codec = Objects.requireNonNull(codec, "codec");
  }

  /** A type and a version of its data. */
  private record Key(String type, int version) implements Comparable<Key> {
    String fileName() {
      return URLEncoder.encode(type, StandardCharsets.UTF_8) + ".v" + version + ".json";
    }

    @Override
    public int compareTo(Key other) {
      int byType = type.compareTo(other.type);
      return byType == 0 ? Integer.compare(version, other.version) : byType;
    }

    @Override
    public String toString() {
      return type + ", version " + version;
    }
  }

  /** The schemas of all event types that a codec writes. */
  public static EventSchemas of(JsonCodec<?> codec) {
    return new EventSchemas(codec);
  }

  /**
   * Compares the classes with the recorded schemas.
   *
   * @param folder where the schemas are, usually {@code src/main/events}
   * @throws AssertionError that tells by name what changed, and what to do: if a class is
   *     incompatible with its schema, if a schema is missing or not up to date, or if one is there
   *     that the codec knows nothing of
   * @throws UncheckedIOException if the folder cannot be read or written
   */
  public void check(Path folder) {
    run(folder, "write".equals(System.getProperty(PROPERTY)));
  }

  /**
   * Records the schemas that are missing, and those that only widen what is recorded; the rest is
   * as with {@link #check}.
   *
   * @param folder where the schemas are; made if it is missing
   * @throws AssertionError if a class is incompatible with its schema, or one is there that the
   *     codec knows nothing of; all others are recorded
   * @throws UncheckedIOException if the folder cannot be read or written
   */
  public void write(Path folder) {
    run(folder, true);
  }

  /**
   * The schema of an event class, as it is recorded.
   *
   * @throws IllegalArgumentException if the codec does not know the class
   */
  public String schemaOf(Class<?> eventClass) {
    return text(schema(eventClass));
  }

  private void run(Path folder, boolean write) {
    try {
      var findings = new ArrayList<String>();
      Map<Key, JsonNode> recorded = read(folder, findings);
      EventTypes<?, ObjectNode> types = codec.types();
      var classes = new TreeMap<Key, Class<?>>();
      for (Class<?> type : types.eventClasses()) {
        classes.put(new Key(types.typeOf(type), types.currentVersionOf(type)), type);
      }
      for (var entry : classes.entrySet()) {
        Key key = entry.getKey();
        if (!recorded.containsKey(key)) {
          if (write) {
            write(folder, key, entry.getValue());
          } else {
            findings.add(key + ": no schema is recorded; " + HOW_TO_RECORD + hint(folder, key));
          }
        }
      }
      for (var entry : recorded.entrySet()) {
        compare(folder, entry.getKey(), entry.getValue(), write, findings);
      }
      if (!findings.isEmpty()) {
        throw new AssertionError(
            "the events differ from their schemas in "
                + folder
                + ":\n  "
                + String.join("\n  ", findings));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the schemas in " + folder + " cannot be used: " + e, e);
    }
  }

  private static String hint(Path folder, Key key) {
    return " and commit " + folder.resolve(key.fileName());
  }

  private void compare(
      Path folder, Key key, JsonNode recorded, boolean write, List<String> findings)
      throws IOException {
    EventTypes<?, ObjectNode> types = codec.types();
    Class<?> eventClass = types.classOf(key.type, key.version).orElse(null);
    if (eventClass == null) {
      if (!types.leadsOn(key.type, key.version)) {
        findings.add(unreadable(key));
      }
      return;
    }
    SchemaDiff diff = SchemaDiff.of(recorded, schema(eventClass));
    if (!diff.breaking().isEmpty()) {
      findings.add(incompatible(key, eventClass, diff));
    } else if (types.typeOf(eventClass).equals(key.type) && !diff.compatible().isEmpty()) {
      // a schema that is not up to date would not notice when what is new in it changes again
      if (write) {
        write(folder, key, eventClass);
      } else {
        findings.add(
            key
                + ": changed compatibly, and the schema is not up to date; "
                + HOW_TO_RECORD
                + lines(diff.compatible()));
      }
    }
  }

  private String unreadable(Key key) {
    int newest =
        codec.types().eventClasses().stream()
            .filter(c -> codec.types().typeOf(c).equals(key.type))
            .mapToInt(codec.types()::currentVersionOf)
            .findAny()
            .orElse(0);
    if (newest == 0) {
      return key
          + ": is recorded, and the codec does not know the type any more, so that its stored"
          + " events could not be read; say what became of it: formerly(…), split(…) or dropped(…)";
    }
    return key.version > newest
        ? key
            + ": is recorded, and the codec's newest version is "
            + newest
            + "; register the upcasters up to version "
            + key.version
            + " again, or remove the file if that version was never released"
        : key
            + ": is recorded, and no upcaster leads on from that version; register upcast("
            + key.type
            + ".class, "
            + key.version
            + ", …)";
  }

  private static String incompatible(Key key, Class<?> eventClass, SchemaDiff diff) {
    return key
        + ": changed incompatibly, so that stored events could not be read, or not whole:"
        + lines(diff.breaking())
        + "\n    to do: raise the version by upcast("
        + eventClass.getSimpleName()
        + ".class, "
        + key.version
        + ", json -> …), which leads stored data to what the class reads now, and record version "
        + (key.version + 1)
        + " with -D"
        + PROPERTY
        + "=write; or take the change back";
  }

  private static String lines(List<String> changes) {
    return changes.isEmpty() ? "" : "\n    - " + String.join("\n    - ", changes);
  }

  private ObjectNode schema(Class<?> eventClass) {
    EventTypes<?, ObjectNode> types = codec.types();
    String title = types.typeOf(eventClass) + ", version " + types.currentVersionOf(eventClass);
    return new SchemaWriter(codec.mapper()).schemaOf(eventClass, title);
  }

  private Map<Key, JsonNode> read(Path folder, List<String> findings) throws IOException {
    var recorded = new TreeMap<Key, JsonNode>();
    if (!Files.exists(folder)) {
      return recorded;
    }
    List<Path> files;
    try (var all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      Matcher name = FILE.matcher(String.valueOf(file.getFileName()));
      if (!name.matches()) {
        findings.add(file + ": is not named Type.vN.json, as a schema is");
        continue;
      }
      String type = URLDecoder.decode(name.group(1), StandardCharsets.UTF_8);
      try {
        JsonNode schema = codec.mapper().readTree(Files.readAllBytes(file));
        recorded.put(new Key(type, Integer.parseInt(name.group(2))), schema);
      } catch (JacksonException e) {
        findings.add(file + ": is not JSON: " + e.getOriginalMessage());
      }
    }
    return recorded;
  }

  private void write(Path folder, Key key, Class<?> eventClass) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(key.fileName()), text(schema(eventClass)));
  }

  /** The same on every platform, so that a file only differs where the schema does. */
  private String text(ObjectNode schema) {
    var indenter = new DefaultIndenter("  ", "\n");
    var printer = new DefaultPrettyPrinter().withObjectIndenter(indenter);
    return codec.mapper().writer().with(printer).writeValueAsString(schema) + "\n";
  }
}

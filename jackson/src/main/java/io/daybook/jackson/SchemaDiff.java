package io.daybook.jackson;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Compares a recorded schema with that of a class of today: can the class read all data that the
 * recorded schema describes? Used once.
 */
final class SchemaDiff {
  private final JsonNode recordedRoot;
  private final JsonNode currentRoot;
  private final List<String> breaking = new ArrayList<>();
  private final List<String> compatible = new ArrayList<>();
  private final Set<Pair> compared = new HashSet<>();

  /** Two definitions that were compared: those that hold themselves are compared once. */
  private record Pair(String recorded, String current) {}

  /** A schema without references, and whether null is allowed besides. */
  private record Form(JsonNode node, boolean nullable, String name) {}

  /** What a schema is about. */
  private enum Kind {
    ANYTHING("anything"),
    OPAQUE("a value"),
    TRUTH("true or false"),
    TEXT("text"),
    NAME("one of some names"),
    WHOLE("a whole number"),
    NUMBER("a number"),
    LIST("a list"),
    MAP("a map"),
    FIELDS("an object with fields"),
    CHOICE("one of several types");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  private SchemaDiff(JsonNode recorded, JsonNode current) {
    recordedRoot = recorded;
    currentRoot = current;
  }

  /** Compares two schemas whole. */
  static SchemaDiff of(JsonNode recorded, JsonNode current) {
    var diff = new SchemaDiff(recorded, current);
    diff.compare("", recorded, current, true);
    return diff;
  }

  /** What recorded data the class cannot read, or would lose; nothing if it is compatible. */
  List<String> breaking() {
    return breaking;
  }

  /** What the class reads besides. */
  List<String> compatible() {
    return compatible;
  }

  private void compare(String path, JsonNode recorded, JsonNode current, boolean nulls) {
    Form before = resolve(recordedRoot, recorded);
    Form now = resolve(currentRoot, current);
    if (nulls && before.nullable && !now.nullable && kindOf(now.node) != Kind.ANYTHING) {
      breaking(path, "may be null in recorded data, and may not any more");
    } else if (!before.nullable && now.nullable) {
      compatible(path, "may be null now");
    }
    if (!before.name.isEmpty() && !compared.add(new Pair(before.name, now.name))) {
      return;
    }
    Kind was = kindOf(before.node);
    Kind is = kindOf(now.node);
    if (was != is) {
      changedKind(path, before.node, was, now.node, is);
      return;
    }
    switch (is) {
      case ANYTHING, TRUTH -> {}
      case OPAQUE, TEXT, WHOLE, NUMBER -> compareFormats(path, is, before.node, now.node);
      case NAME -> compareNames(path, before.node, now.node);
      case LIST -> {
        compareSets(path, isSet(before.node), isSet(now.node));
        compare(path + "[]", before.node.path("items"), now.node.path("items"), true);
      }
      case MAP -> compareMaps(path, before.node, now.node);
      case FIELDS -> compareFields(path, before.node, now.node);
      case CHOICE -> compareLeaves(path, before.node, now.node);
    }
  }

  private void changedKind(String path, JsonNode before, Kind was, JsonNode now, Kind is) {
    String change = "was " + text(before, was) + ", is " + text(now, is);
    boolean wider =
        switch (is) {
          case ANYTHING -> true;
          case TEXT -> was == Kind.NAME && formatOf(now).isEmpty();
          case NUMBER -> was == Kind.WHOLE && holdsWhole(formatOf(now), formatOf(before));
          default -> false;
        };
    if (wider) {
      compatible(path, change);
    } else {
      breaking(path, change);
    }
  }

  private void compareFormats(String path, Kind kind, JsonNode before, JsonNode now) {
    String was = formatOf(before);
    String is = formatOf(now);
    if (was.equals(is)) {
      return;
    }
    String change = "was " + text(before, kind) + ", is " + text(now, kind);
    boolean wider =
        switch (kind) {
          case WHOLE -> is.isEmpty() || (!was.isEmpty() && bits(was) <= bits(is));
          case NUMBER -> is.isEmpty() || (was.equals("float") && is.equals("double"));
          case TEXT ->
              (is.isEmpty() && !was.equals("base64"))
                  || (was.equals("date-time") && is.equals("zoned-date-time"));
          default -> false;
        };
    if (wider) {
      compatible(path, change);
    } else {
      breaking(path, change);
    }
  }

  private static boolean isSet(JsonNode list) {
    return list.path("uniqueItems").asBoolean(false);
  }

  private void compareSets(String path, boolean was, boolean is) {
    if (is && !was) {
      breaking(path, "was a list, is a set: what is in a list twice would be lost");
    } else if (was && !is) {
      compatible(path, "was a set, is a list");
    }
  }

  private void compareNames(String path, JsonNode before, JsonNode now) {
    Set<String> was = textsOf(before.path("enum"));
    Set<String> is = textsOf(now.path("enum"));
    for (String name : was) {
      if (!is.contains(name)) {
        breaking(path, "the name " + name + " is gone, and recorded data may hold it");
      }
    }
    for (String name : is) {
      if (!was.contains(name)) {
        compatible(path, "the name " + name + " is new");
      }
    }
  }

  private void compareMaps(String path, JsonNode before, JsonNode now) {
    compare(
        path + "{}", before.path("additionalProperties"), now.path("additionalProperties"), true);
    JsonNode was = before.path("propertyNames");
    JsonNode is = now.path("propertyNames");
    if (was.isMissingNode() && !is.isMissingNode()) {
      breaking(path, "its keys were text, are " + text(resolve(currentRoot, is).node));
    } else if (!was.isMissingNode() && is.isMissingNode()) {
      compatible(path, "its keys were " + text(resolve(recordedRoot, was).node) + ", are text");
    } else if (!was.isMissingNode()) {
      compare(path + "{key}", was, is, true);
    }
  }

  private void compareFields(String path, JsonNode before, JsonNode now) {
    JsonNode was = before.path("properties");
    JsonNode is = now.path("properties");
    Set<String> wasRequired = textsOf(before.path("required"));
    Set<String> isRequired = textsOf(now.path("required"));
    for (var field : was.properties()) {
      String name = field.getKey();
      if (name.equals(SchemaWriter.TYPE_FIELD)) {
        continue;
      }
      String at = path.isEmpty() ? name : path + "." + name;
      JsonNode current = is.get(name);
      if (current == null) {
        breaking(at, "is gone" + renamed(field.getValue(), was, is));
        continue;
      }
      boolean optional = !wasRequired.contains(name);
      if (optional && isRequired.contains(name)) {
        breaking(at, "was optional, is required");
      } else if (!optional && !isRequired.contains(name)) {
        compatible(at, "was required, is optional");
      }
      compare(at, field.getValue(), current, !optional);
    }
    for (var field : is.properties()) {
      String name = field.getKey();
      if (!was.has(name)) {
        String at = path.isEmpty() ? name : path + "." + name;
        if (isRequired.contains(name)) {
          breaking(at, "is new and required, and recorded data does not have it");
        } else {
          compatible(at, "is new and optional");
        }
      }
    }
  }

  /** A guess: the one new field of the same form. */
  private String renamed(JsonNode gone, JsonNode was, JsonNode is) {
    var candidates = new ArrayList<String>();
    for (var field : is.properties()) {
      if (!was.has(field.getKey())
          && resolve(currentRoot, field.getValue()).node.equals(resolve(recordedRoot, gone).node)) {
        candidates.add(field.getKey());
      }
    }
    return candidates.size() == 1
        ? "; was it renamed to " + candidates.getFirst() + "?"
        : "; its recorded values would be passed over";
  }

  private void compareLeaves(String path, JsonNode before, JsonNode now) {
    Map<String, JsonNode> was = leavesOf(before);
    Map<String, JsonNode> is = leavesOf(now);
    was.forEach((name, leaf) -> {
      JsonNode current = is.get(name);
      if (current == null) {
        breaking(path, "the type " + name + " is gone, and recorded data may hold it");
      } else {
        compareFields(path + "(" + name + ")", leaf, current);
      }
    });
    is.keySet().stream()
        .filter(name -> !was.containsKey(name))
        .forEach(name -> compatible(path, "the type " + name + " is new"));
  }

  private static Map<String, JsonNode> leavesOf(JsonNode choice) {
    var leaves = new LinkedHashMap<String, JsonNode>();
    for (JsonNode leaf : choice.path("oneOf")) {
      JsonNode name = leaf.path("properties").path(SchemaWriter.TYPE_FIELD).path("const");
      leaves.put(name.asString(""), leaf);
    }
    return leaves;
  }

  /** Follows references and takes off what only says that null is allowed, too. */
  private static Form resolve(JsonNode root, JsonNode schema) {
    JsonNode node = schema;
    boolean nullable = false;
    String name = "";
    // each step leads to another definition or further in, unless somebody wrote a circle
    for (int steps = 0; steps < 100; steps++) {
      JsonNode ref = node.get("$ref");
      if (ref != null) {
        name = ref.asString("");
        node = root.path("$defs").path(name.substring(name.lastIndexOf('/') + 1));
      } else if (node.get("anyOf") instanceof ArrayNode either) {
        nullable = true;
        node = notNull(either);
      } else {
        return new Form(node, nullable || textsOf(node.path("type")).contains("null"), name);
      }
    }
    return new Form(MissingNode.getInstance(), nullable, name);
  }

  private static JsonNode notNull(ArrayNode either) {
    for (JsonNode one : either) {
      if (!one.path("type").asString("").equals("null")) {
        return one;
      }
    }
    return MissingNode.getInstance();
  }

  private static Kind kindOf(JsonNode node) {
    if (node.has("enum")) {
      return Kind.NAME;
    }
    if (node.has("oneOf")) {
      return Kind.CHOICE;
    }
    return switch (typeOf(node)) {
      case "string" -> Kind.TEXT;
      case "integer" -> Kind.WHOLE;
      case "number" -> Kind.NUMBER;
      case "boolean" -> Kind.TRUTH;
      case "array" -> Kind.LIST;
      case "object" -> node.has("additionalProperties") ? Kind.MAP : Kind.FIELDS;
      default -> node.has("title") ? Kind.OPAQUE : Kind.ANYTHING;
    };
  }

  private static String typeOf(JsonNode node) {
    for (String type : textsOf(node.path("type"))) {
      if (!type.equals("null")) {
        return type;
      }
    }
    return "";
  }

  /** The texts of an array, or the one text. */
  private static Set<String> textsOf(JsonNode node) {
    var texts = new LinkedHashSet<String>();
    if (node.isString()) {
      texts.add(node.asString());
    }
    for (JsonNode one : node) {
      texts.add(one.asString(""));
    }
    return texts;
  }

  private static String formatOf(JsonNode node) {
    JsonNode format = node.get("format");
    if (format == null) {
      format = node.get("contentEncoding");
    }
    if (format == null && kindOf(node) == Kind.OPAQUE) {
      format = node.get("title");
    }
    return format == null ? "" : format.asString("");
  }

  private static String text(JsonNode node) {
    return text(node, kindOf(node));
  }

  private static String text(JsonNode node, Kind kind) {
    String format = formatOf(node);
    return format.isEmpty() ? kind.text : kind.text + " (" + format + ")";
  }

  private static boolean holdsWhole(String number, String whole) {
    return switch (number) {
      case "" -> true;
      case "double" -> !whole.isEmpty() && bits(whole) <= 32;
      case "float" -> !whole.isEmpty() && bits(whole) <= 16;
      default -> false;
    };
  }

  /** Of {@code int32}: 32. */
  private static int bits(String format) {
    return switch (format) {
      case "int8" -> 8;
      case "int16" -> 16;
      case "int32" -> 32;
      case "int64" -> 64;
      default -> Integer.MAX_VALUE;
    };
  }

  private void breaking(String path, String what) {
    breaking.add(line(path, what));
  }

  private void compatible(String path, String what) {
    compatible.add(line(path, what));
  }

  private static String line(String path, String what) {
    return path.isEmpty() ? "the event " + what : path + " " + what;
  }
}

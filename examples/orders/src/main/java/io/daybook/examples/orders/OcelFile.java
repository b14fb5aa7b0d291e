package io.daybook.examples.orders;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ImportFile;
import io.daybook.examples.orders.LogEvent.ActivityRecorded;
import io.daybook.examples.orders.LogEvent.ObjectChanged;
import io.daybook.examples.orders.LogEvent.ObjectDescribed;
import io.daybook.examples.orders.LogEvent.Touched;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * Reads an object-centric event log: OCEL 2.0 as an SQLite database, gzipped or not. All of it is
 * read and checked before anything is handed out, so that a bad file leaves no trace.
 */
final class OcelFile {
  private static final String MAGIC = "SQLite format 3\0";

  /**
   * Where a database says by which versions it is written and read: 2 if it had a log beside it.
   */
  private static final int VERSIONS_AT = 18;

  /** What a database in memory has. */
  private static final byte ROLLBACK_JOURNAL = 1;

  private final Path file;
  private final Connection database;
  private final Map<String, String> objectTypes = new HashMap<>();

  /**
   * What such a log holds.
   *
   * @param events in the order of their times; those without a time stay behind the one before them
   * @param objects all objects
   * @param changes what became of them, in the order of the file
   */
  record Log(List<Row> events, List<ObjectDescribed> objects, List<ObjectChanged> changes) {}

  /** An event and its id in the log. */
  record Row(String id, ActivityRecorded event) {}

  private OcelFile(Path file, Connection database) {
    this.file = file;
    this.database = database;
  }

  /**
   * Reads a file.
   *
   * @throws CommandFailedException if it cannot be read, or is no such log
   */
  static Log read(Path file) {
    byte[] content = content(file);
    if (!isDatabase(content)) {
      throw LogFiles.bad(file, "it is not an SQLite database; an OCEL 2.0 log in SQLite is wanted");
    }
    Arrays.fill(content, VERSIONS_AT, VERSIONS_AT + 2, ROLLBACK_JOURNAL);
    try (Connection database = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      database.unwrap(SQLiteConnection.class).deserialize("main", content);
      return new OcelFile(file, database).read();
    } catch (SQLException e) {
      throw LogFiles.bad(file, "it cannot be read as SQLite: " + e.getMessage());
    }
  }

  /** SQLite reads no packed files, and a copy would be left behind by a process that is killed. */
  private static byte[] content(Path file) {
    try (var source = ImportFile.open(file)) {
      try {
        return source.content().readAllBytes();
      } catch (IOException e) {
        throw source.failure(e);
      }
    }
  }

  private static boolean isDatabase(byte[] content) {
    byte[] magic = MAGIC.getBytes(StandardCharsets.US_ASCII);
    return content.length > VERSIONS_AT + 1
        && Arrays.equals(content, 0, magic.length, magic, 0, magic.length);
  }

  private Log read() throws SQLException {
    requireIntact();
    for (String table :
        List.of("event", "object", "event_object", "event_map_type", "object_map_type")) {
      if (columns(table).isEmpty()) {
        throw LogFiles.bad(file, "it is not an OCEL 2.0 log: the table " + table + " is missing");
      }
    }
    try (var rows = query("SELECT ocel_id, ocel_type FROM object ORDER BY rowid")) {
      while (rows.next()) {
        String id = required(rows.text(1), "object", "ocel_id");
        String type = required(rows.text(2), "object", "ocel_type");
        if (objectTypes.put(id, type) != null) {
          throw LogFiles.bad(file, "the object " + id + " stands twice in the table object");
        }
      }
    }
    var objects = new ArrayList<ObjectDescribed>();
    var changes = new ArrayList<ObjectChanged>();
    readObjects(objects, changes);
    return new Log(events(), objects, changes);
  }

  /** A page that is lost need not be missed: rows would. */
  private void requireIntact() throws SQLException {
    try (var rows = query("PRAGMA quick_check(1)")) {
      if (rows.next() && !"ok".equals(rows.text(1))) {
        throw LogFiles.bad(file, "the SQLite database is damaged: " + rows.text(1));
      }
    }
  }

  private List<Row> events() throws SQLException {
    Map<String, Map<String, String>> attributes = new HashMap<>();
    Map<String, Instant> times = new HashMap<>();
    for (String table : typeTables("event")) {
      read(
          table,
          (id, row) -> {
            Instant time = time(table, id, row.remove("ocel_time"));
            if (time != null) {
              times.put(id, time);
            }
            attributes.put(id, row);
          });
    }
    Map<String, List<Touched>> touched = links("event_object", "ocel_event_id", "ocel_object_id");
    Set<String> seen = new HashSet<>();
    var sorted = new ArrayList<Sorted>();
    Instant last = Instant.MIN;
    try (var rows = query("SELECT ocel_id, ocel_type FROM event ORDER BY rowid")) {
      while (rows.next()) {
        String id = required(rows.text(1), "event", "ocel_id");
        String activity = required(rows.text(2), "event", "ocel_type");
        if (!seen.add(id)) {
          throw LogFiles.bad(file, "the event " + id + " stands twice in the table event");
        }
        Instant at = times.get(id);
        last = at == null ? last : at;
        List<Touched> objects = touched.getOrDefault(id, List.of());
        var event =
            new ActivityRecorded(
                "ocel", activity, at, objects, attributes.getOrDefault(id, Map.of()));
        sorted.add(new Sorted(last, new Row(id, event)));
      }
    }
    requireKnown("event attributes", attributes.keySet(), seen, "event");
    requireKnown("event_object", touched.keySet(), seen, "event");
    sorted.sort(Comparator.comparing(Sorted::at));
    return sorted.stream().map(Sorted::row).toList();
  }

  private record Sorted(Instant at, Row row) {}

  private void readObjects(List<ObjectDescribed> objects, List<ObjectChanged> changes)
      throws SQLException {
    Map<String, Map<String, String>> attributes = new HashMap<>();
    for (String table : typeTables("object")) {
      read(
          table,
          (id, row) -> {
            Instant time = time(table, id, row.remove("ocel_time"));
            String changed = row.remove("ocel_changed_field");
            String type = typeOf(id);
            if (changed == null) {
              attributes.computeIfAbsent(id, _ -> new LinkedHashMap<>()).putAll(row);
            } else {
              String value = row.getOrDefault(changed, "");
              changes.add(new ObjectChanged(type, id, changed, value, time));
            }
          });
    }
    Map<String, List<Touched>> related =
        columns("object_object").isEmpty()
            ? Map.of()
            : links("object_object", "ocel_source_id", "ocel_target_id");
    requireKnown("object_object", related.keySet(), objectTypes.keySet(), "object");
    requireKnown("object attributes", attributes.keySet(), objectTypes.keySet(), "object");
    try (var rows = query("SELECT ocel_id FROM object ORDER BY rowid")) {
      while (rows.next()) {
        String id = String.valueOf(rows.text(1));
        objects.add(
            new ObjectDescribed(
                typeOf(id),
                id,
                attributes.getOrDefault(id, Map.of()),
                related.getOrDefault(id, List.of())));
      }
    }
  }

  private void requireKnown(String table, Set<String> named, Set<String> known, String what) {
    for (String id : named) {
      if (!known.contains(id)) {
        throw LogFiles.bad(
            file, table + " names the " + what + " " + id + ", which the table " + what + " lacks");
      }
    }
  }

  /** The tables of the types of events or objects that exist; one may be missing with its rows. */
  private List<String> typeTables(String what) throws SQLException {
    var tables = new ArrayList<String>();
    try (var rows = query("SELECT ocel_type_map FROM " + what + "_map_type ORDER BY rowid")) {
      while (rows.next()) {
        String table = what + "_" + rows.text(1);
        if (columns(table).contains("ocel_id")) {
          tables.add(table);
        }
      }
    }
    return tables;
  }

  private Map<String, List<Touched>> links(String table, String from, String to)
      throws SQLException {
    String qualifier = columns(table).contains("ocel_qualifier") ? "ocel_qualifier" : "''";
    String sql = "SELECT %s, %s, %s FROM %s ORDER BY rowid".formatted(from, to, qualifier, table);
    Map<String, List<Touched>> links = new HashMap<>();
    try (var rows = query(sql)) {
      while (rows.next()) {
        String source = required(rows.text(1), table, from);
        String target = required(rows.text(2), table, to);
        String word = rows.text(3);
        links
            .computeIfAbsent(source, _ -> new ArrayList<>())
            .add(new Touched(typeOf(target), target, word == null ? "" : word));
      }
    }
    return links;
  }

  private interface RowReader {
    void row(String id, Map<String, String> values) throws SQLException;
  }

  /** Reads all columns of a table's rows by name, those with a value. */
  private void read(String table, RowReader reader) throws SQLException {
    try (var rows = query("SELECT * FROM " + quoted(table) + " ORDER BY rowid")) {
      while (rows.next()) {
        Map<String, String> values = rows.values();
        reader.row(required(values.remove("ocel_id"), table, "ocel_id"), values);
      }
    }
  }

  private String typeOf(String object) {
    String type = objectTypes.get(object);
    if (type == null) {
      throw LogFiles.bad(file, "the object " + object + " is used, but is not in the table object");
    }
    return type;
  }

  private @Nullable Instant time(String table, String id, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    Instant instant = LogFiles.instant(text);
    if (instant == null) {
      throw LogFiles.bad(
          file, table + ": the ocel_time of " + id + " is not a date and time: " + text);
    }
    return instant;
  }

  private String required(@Nullable String value, String table, String column) {
    if (value == null || value.isEmpty()) {
      throw LogFiles.bad(file, "a row of the table " + table + " has no " + column);
    }
    return value;
  }

  private Set<String> columns(String table) throws SQLException {
    Set<String> columns = new HashSet<>();
    try (var rows =
        query("SELECT name FROM pragma_table_info('" + table.replace("'", "''") + "')")) {
      while (rows.next()) {
        columns.add(String.valueOf(rows.text(1)));
      }
    }
    return columns;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private Rows query(String sql) throws SQLException {
    Statement statement = database.createStatement();
    return new Rows(statement, statement.executeQuery(sql));
  }

  /** The rows of an answer, as texts. */
  private record Rows(Statement statement, ResultSet rows) implements AutoCloseable {
    boolean next() throws SQLException {
      return rows.next();
    }

    /**
     * A value as text; a fraction with the fewest digits that mean it, and never with an exponent.
     */
    @Nullable String text(int column) throws SQLException {
      return switch (rows.getObject(column)) {
        case null -> null;
        case Double number when Double.isFinite(number) ->
            BigDecimal.valueOf(number).toPlainString();
        case byte[] _ -> rows.getString(column);
        case Object other -> other.toString();
      };
    }

    Map<String, String> values() throws SQLException {
      ResultSetMetaData columns = rows.getMetaData();
      Map<String, String> values = new LinkedHashMap<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        String value = text(i);
        if (value != null) {
          values.put(columns.getColumnName(i), value);
        }
      }
      return values;
    }

    @Override
    public void close() throws SQLException {
      statement.close();
    }
  }
}

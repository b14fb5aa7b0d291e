package io.daybook.jdbc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statements for rows of one shape. */
final class RowStatements {
  private static final Pattern COLUMN = Pattern.compile("([=:+])([a-z][a-z0-9_]*)");

  private final String table;
  private final Dialect dialect;
  private final List<String> keys = new ArrayList<>();
  private final List<String> sets = new ArrayList<>();
  private final List<String> adds = new ArrayList<>();

  /**
   * Of that shape.
   *
   * @param shape the columns, each with {@code =} before it for a key, {@code :} or {@code +}
   */
  RowStatements(String table, String shape, Dialect dialect) {
    this.table = table;
    this.dialect = dialect;
    Matcher matcher = COLUMN.matcher(shape);
    int end = 0;
    while (matcher.lookingAt()) {
      switch (matcher.group(1)) {
        case "=" -> keys.add(matcher.group(2));
        case ":" -> sets.add(matcher.group(2));
        default -> adds.add(matcher.group(2));
      }
      end = matcher.end();
      matcher.region(end, shape.length());
    }
    if (end != shape.length() || keys.isEmpty()) {
      throw new IllegalArgumentException(
          "a row needs a key, and columns are a-z, 0-9 and _, not: " + table + shape);
    }
  }

  Row.Statements make() {
    String name = "{" + table + "}";
    String where = join(keys, " AND ", c -> c + " = ?");
    String delete = "DELETE FROM " + name + " WHERE " + where;
    List<String> all = Stream.of(keys, sets, adds).flatMap(List::stream).toList();
    String columns = String.join(", ", all);
    String marks = String.join(", ", Collections.nCopies(all.size(), "?"));
    if (dialect != Dialect.H2) {
      String insert = "INSERT INTO " + name + " (" + columns + ") VALUES (" + marks + ")";
      return new Row.Statements(null, insert + onConflict(name), delete);
    }
    if (adds.isEmpty()) {
      String merge =
          "MERGE INTO " + name + " (" + columns + ") KEY (" + String.join(", ", keys) + ")";
      return new Row.Statements(null, merge + " VALUES (" + marks + ")", delete);
    }
    String changes =
        Stream.concat(
                sets.stream().map(c -> c + " = ?"),
                adds.stream().map(c -> c + " = COALESCE(" + c + ", 0) + ?"))
            .collect(Collectors.joining(", "));
    String update = "UPDATE " + name + " SET " + changes + " WHERE " + where;
    String insert =
        "INSERT INTO "
            + name
            + " ("
            + columns
            + ") SELECT "
            + marks
            + " WHERE NOT EXISTS (SELECT 1 FROM "
            + name
            + " WHERE "
            + where
            + ")";
    return new Row.Statements(update, insert, delete);
  }

  private String onConflict(String name) {
    String conflict = " ON CONFLICT (" + String.join(", ", keys) + ") DO ";
    if (sets.isEmpty() && adds.isEmpty()) {
      return conflict + "NOTHING";
    }
    return conflict
        + "UPDATE SET "
        + Stream.concat(
                sets.stream().map(c -> c + " = excluded." + c),
                adds.stream()
                    .map(c -> c + " = COALESCE(" + name + "." + c + ", 0) + excluded." + c))
            .collect(Collectors.joining(", "));
  }

  private static String join(
      List<String> columns, String separator, Function<String, String> each) {
    return columns.stream().map(each).collect(Collectors.joining(separator));
  }
}

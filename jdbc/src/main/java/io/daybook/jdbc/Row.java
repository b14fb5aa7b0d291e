package io.daybook.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that is inserted, or changed if it is there, in the words of every database:
 *
 * <pre>{@code
 * sql.row("balances").key("account", e.streamId()).add("cents", e.event().cents()).save();
 * }</pre>
 *
 * <p>The key is the table's primary key, or one that is unique. Used once, by one thread.
 */
public final class Row {
  private final Target target;
  private final String table;
  private final StringBuilder shape = new StringBuilder();
  private final List<@Nullable Object> keys = new ArrayList<>(2);
  private final List<@Nullable Object> sets = new ArrayList<>(4);
  private final List<@Nullable Object> adds = new ArrayList<>(2);

  /** Where rows go. */
  interface Target {
    void update(String statement, @Nullable Object... values);

    Dialect dialect();

    /** The statements of rows of a shape, made once. */
    Map<String, Statements> statements();
  }

  /** What saves and deletes rows of a shape. {@code update} first, where there is one. */
  record Statements(@Nullable String update, String insert, String delete) {}

  Row(Target target, String table) {
    this.target = target;
    this.table = table;
    shape.append(table);
  }

  static Map<String, Statements> noStatements() {
    return new HashMap<>();
  }

  /** A column of the key. */
  public Row key(String column, Object value) {
    return with('=', column, value, keys);
  }

  /** A column that gets this value. */
  public Row set(String column, @Nullable Object value) {
    return with(':', column, value, sets);
  }

  /** A column that this number is added to; that gets it, if the row is new or holds none. */
  public Row add(String column, Number value) {
    return with('+', column, value, adds);
  }

  private Row with(char kind, String column, @Nullable Object value, List<@Nullable Object> to) {
    shape.append(kind).append(column);
    to.add(value);
    return this;
  }

  /** Inserts the row, or changes the one with that key. */
  public void save() {
    Statements statements = statements();
    if (statements.update == null) {
      target.update(statements.insert, values(keys, sets, adds));
    } else {
      target.update(statements.update, values(sets, adds, keys));
      target.update(statements.insert, values(keys, sets, adds, keys));
    }
  }

  /** Deletes the row with that key, if it is there. */
  public void delete() {
    target.update(statements().delete, values(keys));
  }

  private Statements statements() {
    String key = shape.toString();
    Statements known = target.statements().get(key);
    if (known == null) {
      known = new RowStatements(table, key.substring(table.length()), target.dialect()).make();
      target.statements().put(key, known);
    }
    return known;
  }

  @SafeVarargs
  private static @Nullable Object[] values(List<@Nullable Object>... lists) {
    var all = new ArrayList<@Nullable Object>();
    for (List<@Nullable Object> list : lists) {
      all.addAll(list);
    }
    return all.toArray();
  }
}

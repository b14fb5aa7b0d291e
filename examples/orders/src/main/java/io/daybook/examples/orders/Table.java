package io.daybook.examples.orders;

import io.daybook.cli.Csv;
import java.util.ArrayList;
import java.util.List;

/** Rows under headings: aligned for people, as CSV for scripts. */
final class Table {
  private final List<String> headings;

  private Table(List<String> headings) {
    this.headings = headings;
  }

  static Table of(String... headings) {
    return new Table(List.of(headings));
  }

  String in(boolean csv, List<List<String>> rows) {
    return csv ? csv(rows) : text(rows);
  }

  private String csv(List<List<String>> rows) {
    var text = new StringBuilder(Csv.line(headings.toArray()));
    rows.forEach(row -> text.append(Csv.line(row.toArray())));
    return text.toString();
  }

  /** Columns as wide as what is in them; numbers to the right. */
  String text(List<List<String>> rows) {
    if (rows.isEmpty()) {
      return "none\n";
    }
    var all = new ArrayList<List<String>>();
    all.add(headings);
    rows.forEach(row -> all.add(row.stream().map(Table::printable).toList()));
    int[] widths = new int[headings.size()];
    boolean[] numeric = new boolean[headings.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = width(all, column);
      numeric[column] = isNumeric(rows, column);
    }
    var text = new StringBuilder();
    for (List<String> row : all) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String value = row.get(column);
        String space = " ".repeat(widths[column] - value.length());
        line.append(column == 0 ? "" : "  ");
        line.append(numeric[column] ? space + value : value + space);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static boolean isNumeric(List<List<String>> rows, int column) {
    return rows.stream().allMatch(row -> row.get(column).matches("-?[0-9]+(\\.[0-9]+)?"));
  }

  /** What comes from files must not move the cursor of a terminal. */
  private static String printable(String value) {
    return value.replaceAll("\\p{Cntrl}", " ");
  }
}

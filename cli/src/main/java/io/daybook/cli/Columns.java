package io.daybook.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A small table for people: columns as wide as their longest cell. Used by one thread. */
final class Columns {
  private final List<List<String>> rows = new ArrayList<>();

  /** With a heading. */
  Columns(String... titles) {
    rows.add(List.of(titles));
  }

  /** Adds a row of as many cells as there are titles. */
  void add(String... cells) {
    var row = new ArrayList<String>();
    for (String cell : cells) {
      row.add(Text.printable(cell));
    }
    rows.add(row);
  }

  void print(PrintStream out) {
    var widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        line.append(cell).repeat(' ', widths[column] - length(cell) + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}

package io.daybook.examples.bank;

import io.daybook.cli.Csv;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a statement can be written. */
enum StatementFormat {
  /** For people, on 80 columns. */
  TEXT,
  /** For spreadsheets: a line for each movement, between lines for the balances. */
  CSV,
  /** For programs. */
  JSON;

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String TITLE = "%-49s%30s\n";
  private static final String ROW = "%-10s  %-38s%14s%15s\n";
  private static final int DESCRIPTION_WIDTH = 37;

  /** The statement as text that ends with the end of a line. */
  String write(Statement statement) {
    return switch (this) {
      case TEXT -> text(statement);
      case CSV -> csv(statement);
      case JSON -> json(statement);
    };
  }

  private static String text(Statement s) {
    var out = new StringBuilder();
    out.append(TITLE.formatted("Statement of account " + s.account(), oneLine(s.owner())));
    out.append(TITLE.formatted(s.from() + " to " + s.to(), "in " + s.opening().currency()));
    out.append('\n').append(ROW.formatted("Date", "Description", "Amount", "Balance"));
    out.append(ROW.formatted("", "Opening balance", "", plain(s.opening())));
    for (Statement.Line line : s.lines()) {
      List<String> text = wrapped(oneLine(line.text()), DESCRIPTION_WIDTH);
      out.append(
          ROW.formatted(line.date(), text.getFirst(), plain(line.change()), plain(line.balance())));
      for (String more : text.subList(1, text.size())) {
        out.append(" ".repeat(12)).append(more).append('\n');
      }
    }
    out.append(ROW.formatted("", "Closing balance", "", plain(s.closing()))).append('\n');
    Statement.Totals totals = s.totals();
    out.append(ROW.formatted("", "Total in", plain(totals.in()), ""));
    out.append(ROW.formatted("", "  of that interest", plain(totals.interest()), ""));
    out.append(ROW.formatted("", "Total out", plain(totals.out()), ""));
    out.append(ROW.formatted("", "  of that fees", plain(totals.fees()), ""));
    return out.toString().replaceAll(" +\n", "\n");
  }

  private static String csv(Statement s) {
    var out = new StringBuilder("date,kind,description,purpose,peer,amount,balance,currency\n");
    String currency = s.opening().currency().toString();
    out.append(Csv.line(s.from(), "opening balance", "", "", "", "", plain(s.opening()), currency));
    for (Statement.Line line : s.lines()) {
      out.append(
          Csv.line(
              line.date(),
              name(line),
              line.description(),
              line.purpose(),
              line.peer(),
              plain(line.change()),
              plain(line.balance()),
              currency));
    }
    String totalOut = plain(s.totals().out().negated());
    out.append(Csv.line(s.to(), "closing balance", "", "", "", "", plain(s.closing()), currency));
    out.append(Csv.line(s.to(), "total in", "", "", "", plain(s.totals().in()), "", currency));
    out.append(Csv.line(s.to(), "total out", "", "", "", totalOut, "", currency));
    return out.toString();
  }

  private static String json(Statement s) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("account", s.account());
    root.put("owner", s.owner());
    root.put("currency", s.opening().currency().toString());
    root.put("from", s.from().toString());
    root.put("to", s.to().toString());
    root.put("openingBalance", s.opening().amount());
    ArrayNode lines = root.putArray("lines");
    for (Statement.Line line : s.lines()) {
      ObjectNode node = lines.addObject();
      node.put("date", line.date().toString());
      node.put("kind", name(line));
      node.put("description", line.description());
      node.put("purpose", line.purpose());
      node.put("peer", line.peer());
      node.put("amount", line.change().amount());
      node.put("balance", line.balance().amount());
    }
    root.put("closingBalance", s.closing().amount());
    ObjectNode totals = root.putObject("totals");
    totals.put("in", s.totals().in().amount());
    totals.put("out", s.totals().out().amount());
    totals.put("interest", s.totals().interest().amount());
    totals.put("fees", s.totals().fees().amount());
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  /** Text that a customer gave, with nothing in it that would move a terminal's cursor. */
  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  /** The text in lines of at most that width, broken at spaces where there are any. */
  static List<String> wrapped(String text, int width) {
    var lines = new ArrayList<String>();
    String rest = text;
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  private static String plain(Money money) {
    return money.amount().toPlainString();
  }

  private static String name(Statement.Line line) {
    return line.kind().toString().toLowerCase(Locale.ROOT);
  }
}

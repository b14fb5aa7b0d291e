package io.daybook.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Real rows as JSON events, in appends as an application would make them. */
final class RealEvents {
  private static final Path DATA = Path.of("../shared/data");

  /** What an application makes of a row. */
  private interface Mapping {
    /** The append of a row; rows in a row with the same one are appended together. */
    String append(List<String> row);

    String stream(List<String> row);

    String type(List<String> row);

    String tag(List<String> row);
  }

  private final String name;
  private final Mapping mapping;

  private RealEvents(String name, Mapping mapping) {
    this.name = name;
    this.mapping = mapping;
  }

  /** Transactions of a bank's accounts: an append each. */
  static RealEvents bank() {
    return new RealEvents(
        "bank/transactions.csv.gz",
        new Mapping() {
          @Override
          public String append(List<String> row) {
            return row.getFirst();
          }

          @Override
          public String stream(List<String> row) {
            return "account-" + row.get(2);
          }

          @Override
          public String type(List<String> row) {
            return row.get(5).equals("credit") ? "Deposited" : "Withdrawn";
          }

          @Override
          public String tag(List<String> row) {
            return "account:" + row.get(2);
          }
        });
  }

  /** Lines of a shop's invoices: an append an invoice. */
  static RealEvents shop() {
    return new RealEvents(
        "shop/online_retail.csv.gz",
        new Mapping() {
          @Override
          public String append(List<String> row) {
            return row.getFirst();
          }

          @Override
          public String stream(List<String> row) {
            return "invoice-" + row.getFirst();
          }

          @Override
          public String type(List<String> row) {
            return row.getFirst().startsWith("C") ? "LineCancelled" : "LineSold";
          }

          @Override
          public String tag(List<String> row) {
            return "product:" + row.get(1);
          }
        });
  }

  /** The file, beside the checkout or beside the folder above it: where the build runs tests. */
  Path file() {
    Path beside = DATA.resolve(name);
    Path above = Path.of("..").resolve(beside);
    return !Files.exists(beside) && Files.exists(above) ? above : beside;
  }

  boolean isThere() {
    return Files.isReadable(file());
  }

  /** At most so many events. */
  List<List<Write>> read(long limit) throws IOException {
    List<List<Write>> appends = new ArrayList<>();
    Map<String, Long> revisions = new HashMap<>();
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file()), 1 << 16),
                StandardCharsets.UTF_8))) {
      List<String> header = columns(reader.readLine());
      String append = "";
      String stream = "";
      List<Sample> samples = new ArrayList<>();
      long events = 0;
      for (String line = reader.readLine();
          line != null && events < limit;
          line = reader.readLine()) {
        List<String> row = columns(line);
        if (!mapping.append(row).equals(append)) {
          flush(stream, samples, revisions, appends);
          append = mapping.append(row);
          stream = mapping.stream(row);
          samples = new ArrayList<>();
        }
        byte[] json = json(header, row).getBytes(StandardCharsets.UTF_8);
        samples.add(new Sample(mapping.type(row), mapping.tag(row), json));
        events++;
      }
      flush(stream, samples, revisions, appends);
    }
    return appends;
  }

  private static void flush(
      String stream, List<Sample> samples, Map<String, Long> revisions, List<List<Write>> appends) {
    if (samples.isEmpty()) {
      return;
    }
    long expected = revisions.getOrDefault(stream, -1L);
    appends.add(List.of(new Write(stream, expected, samples)));
    revisions.put(stream, expected + samples.size());
  }

  /**
   * The same in streams of other names, once more and again, until there are so many: what is few
   * would be told by the last file of a store, which is not full.
   */
  static List<List<Write>> repeated(List<List<Write>> appends, long least) {
    List<List<Write>> all = new ArrayList<>(appends);
    long count = count(appends);
    for (long copy = 1; copy * count < least; copy++) {
      String suffix = "-" + copy;
      for (List<Write> writes : appends) {
        all.add(
            writes.stream()
                .map(write -> new Write(write.stream() + suffix, write.expected(), write.events()))
                .toList());
      }
    }
    return all;
  }

  static long count(List<List<Write>> appends) {
    return appends.stream().flatMap(List::stream).mapToLong(w -> w.events().size()).sum();
  }

  static long payloadBytes(List<List<Write>> appends) {
    return appends.stream()
        .flatMap(List::stream)
        .flatMap(write -> write.events().stream())
        .mapToLong(sample -> sample.data().length)
        .sum();
  }

  /**
   * The cells of a line of CSV; quotes around a cell are taken off, doubled ones inside are one.
   */
  private static List<String> columns(String line) {
    List<String> cells = new ArrayList<>();
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          cell.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  /** Numbers as such, empty cells left out. */
  private static String json(List<String> header, List<String> row) {
    var json = new StringBuilder("{");
    for (int i = 0; i < row.size(); i++) {
      String value = row.get(i);
      if (value.isEmpty()) {
        continue;
      }
      json.append(json.length() > 1 ? "," : "").append('"').append(header.get(i)).append("\":");
      if (value.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?")) {
        json.append(value);
      } else {
        json.append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      }
    }
    return json.append('}').toString();
  }
}

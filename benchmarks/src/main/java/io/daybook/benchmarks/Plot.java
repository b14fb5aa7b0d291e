package io.daybook.benchmarks;

import java.util.List;
import java.util.Locale;

/** A bar for each workload: how many times better than the best peer Daybook is, or worse. */
final class Plot {
  private static final int WIDTH = 760;
  private static final int NAMES = 180;
  private static final int VALUES = 60;
  private static final int LINE = 26;
  private static final int TOP = 56;

  private Plot() {}

  /** Bars on a logarithmic scale, from the line at 1 to the right if better, to the left if not. */
  static String svg(List<Results.Row> all) {
    List<Results.Row> rows =
        all.stream()
            .filter(row -> row.subject().equals(DaybookSubject.NAME) && row.ratioToBestPeer() > 0)
            .filter(row -> Double.isFinite(row.ratioToBestPeer()))
            .toList();
    double low = rows.stream().mapToDouble(Results.Row::ratioToBestPeer).min().orElse(1);
    double high = rows.stream().mapToDouble(Results.Row::ratioToBestPeer).max().orElse(1);
    int from = (int) Math.floor(Math.min(-1, Math.log10(low)));
    int to = (int) Math.ceil(Math.max(1, Math.log10(high)));
    int height = TOP + LINE * rows.size() + 16;
    var svg = new StringBuilder();
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
    svg.append(WIDTH).append(' ').append(height);
    svg.append("\" font-family=\"sans-serif\" font-size=\"13\">\n");
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    text(svg, 16, 22, "start", "#000", "Daybook, × best peer");
    for (int power = from; power <= to; power++) {
      long x = x(power, from, to);
      long times = Math.round(Math.pow(10, Math.abs(power)));
      rectangle(svg, x, TOP - 6, 1, height - TOP - 6, power == 0 ? "#333" : "#ddd");
      text(svg, x, TOP - 12, "middle", "#666", power < 0 ? "1/" + times : "" + times);
    }
    for (int i = 0; i < rows.size(); i++) {
      bar(svg, rows.get(i), TOP + LINE * i, from, to);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void bar(StringBuilder svg, Results.Row row, int y, int from, int to) {
    double ratio = row.ratioToBestPeer();
    long one = x(0, from, to);
    long end = x(Math.log10(ratio), from, to);
    String value = String.format(Locale.ROOT, ratio < 10 ? "%.2f" : "%.0f", ratio);
    text(svg, NAMES - 12, y + 15, "end", "#000", row.workload());
    rectangle(
        svg,
        Math.min(one, end),
        y + 3,
        Math.max(1, Math.abs(end - one)),
        LINE - 10,
        ratio >= 1 ? "#2a7f62" : "#c0553a");
    text(svg, Math.max(one, end) + 6, y + 15, "start", "#000", value);
  }

  private static long x(double power, int from, int to) {
    return Math.round(NAMES + (power - from) / (to - from) * (WIDTH - NAMES - VALUES));
  }

  private static void rectangle(
      StringBuilder svg, long x, long y, long width, long height, String fill) {
    svg.append("<rect");
    attribute(svg, "x", x);
    attribute(svg, "y", y);
    attribute(svg, "width", width);
    attribute(svg, "height", height);
    attribute(svg, "fill", fill);
    svg.append("/>\n");
  }

  private static void text(
      StringBuilder svg, long x, long y, String anchor, String fill, String content) {
    svg.append("<text");
    attribute(svg, "x", x);
    attribute(svg, "y", y);
    attribute(svg, "text-anchor", anchor);
    attribute(svg, "fill", fill);
    svg.append('>').append(content).append("</text>\n");
  }

  private static void attribute(StringBuilder svg, String name, Object value) {
    svg.append(' ').append(name).append("=\"").append(value).append('"');
  }
}

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
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"13\">",
        WIDTH,
        height);
    add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, height);
    add(svg, "<text x=\"16\" y=\"22\" font-weight=\"bold\">Daybook, × best peer</text>");
    for (int power = from; power <= to; power++) {
      double x = x(power, from, to);
      add(
          svg,
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\"/>",
          x,
          x,
          TOP - 6,
          height - 12,
          power == 0 ? "#333" : "#ddd");
      add(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%s</text>",
          x,
          TOP - 12,
          power < 0 ? "1/" + Math.round(Math.pow(10, -power)) : Math.round(Math.pow(10, power)));
    }
    for (int i = 0; i < rows.size(); i++) {
      bar(svg, rows.get(i), TOP + LINE * i, from, to);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void bar(StringBuilder svg, Results.Row row, int y, int from, int to) {
    double ratio = row.ratioToBestPeer();
    double one = x(0, from, to);
    double end = x(Math.log10(ratio), from, to);
    add(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
        NAMES - 12,
        y + 15,
        row.workload());
    add(
        svg,
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        Math.min(one, end),
        y + 3,
        Math.max(1, Math.abs(end - one)),
        LINE - 10,
        ratio >= 1 ? "#2a7f62" : "#c0553a");
    add(
        svg,
        "<text x=\"%.1f\" y=\"%d\">%s</text>",
        Math.max(one, end) + 6,
        y + 15,
        ratio < 10
            ? String.format(Locale.ROOT, "%.2f", ratio)
            : String.format(Locale.ROOT, "%.0f", ratio));
  }

  private static double x(double power, int from, int to) {
    return NAMES + (power - from) / (to - from) * (WIDTH - NAMES - VALUES);
  }

  private static void add(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}

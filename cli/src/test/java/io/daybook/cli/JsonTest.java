package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static boolean fits(byte[] bytes) {
    return Json.fitsOneLine(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "0",
        "-0",
        "1e400",
        "null",
        "\"\"",
        "\"\u2028é😀\"",
        "{\"a\":1,\"a\":2}",
        "[1, 2]",
        "\"\\ud800\"",
        "\"\u007f\""
      })
  void fits_one_line(String json) {
    assertThat(fits(json.getBytes(UTF_8))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " 1",
        "1 ",
        "1\n",
        "[1,\n2]",
        "[1,\r2]",
        "[1,\t2]",
        "{",
        "{]",
        "01",
        "tru",
        "1 2",
        "\uFEFF1",
        "NaN",
        "'a'",
        "{a:1}",
        "[1,]",
        "\"\u0001\"",
        "\"a\u0000\"",
        "/* */1"
      })
  void does_not_fit_one_line(String text) {
    assertThat(fits(text.getBytes(UTF_8))).isFalse();
  }

  @Test
  void bytes_that_are_not_utf_8_do_not_fit() {
    assertThat(fits(new byte[] {'"', (byte) 0xff, '"'})).isFalse();
    assertThat(fits(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'})).isFalse();
    assertThat(fits(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'})).isFalse();
    assertThat(fits("\"a\"".getBytes(java.nio.charset.StandardCharsets.UTF_16LE))).isFalse();
    assertThat(fits("\"a\"".getBytes(java.nio.charset.StandardCharsets.UTF_16BE))).isFalse();
  }

  @Test
  void compacting_takes_out_only_what_stands_between_tokens() {
    byte[] json = " { \"a b\" : [ 1 ,\n\t\"x \\\" y \\\\\" ] }\r\n".getBytes(UTF_8);
    assertThat(new String(Json.compact(json, 0, json.length), UTF_8))
        .isEqualTo("{\"a b\":[1,\"x \\\" y \\\\\"]}");
  }
}

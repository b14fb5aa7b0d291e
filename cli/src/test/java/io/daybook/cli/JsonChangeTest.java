package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonChangeTest {
  private static List<String> changes(String before, String after) {
    return JsonChange.between(JsonTree.parse(before), JsonTree.parse(after)).stream()
        .map(change -> change.path() + " " + change.beforeText() + " " + change.afterText())
        .toList();
  }

  @Test
  void nothingChanged() {
    assertThat(changes("{\"a\":[1,{\"b\":null}]}", "{ \"a\": [1, {\"b\": null}]}")).isEmpty();
  }

  @Test
  void fieldsAreComparedAsDeepAsTheyAreAlike() {
    assertThat(
            changes(
                "{\"a\":{\"b\":1,\"c\":2},\"d\":[1,2],\"e\":{}}",
                "{\"a\":{\"b\":1,\"c\":3},\"d\":[1],\"e\":[],\"f\":true}"))
        .containsExactly("/a/c 2 3", "/d/1 2 -", "/e {} []", "/f - true");
  }

  @Test
  void nullIsNotNothing() {
    assertThat(changes("{\"a\":null}", "{}")).containsExactly("/a null -");
    assertThat(changes("{}", "{\"a\":null}")).containsExactly("/a - null");
  }

  @Test
  void numbersKeepTheirDigits() {
    assertThat(changes("1.10", "1.1")).containsExactly(" 1.10 1.1");
    assertThat(changes("12345678901234567890123", "12345678901234567890124"))
        .containsExactly(" 12345678901234567890123 12345678901234567890124");
  }

  @Test
  void namesAreEscapedAsJsonPointersDo() {
    assertThat(changes("{\"a/b~c\":1}", "{}")).containsExactly("/a~1b~0c 1 -");
  }

  @Test
  void aTreeIsWrittenAsItWasRead() {
    String json = "{\"a\":[1.50,-2E+10,\"\\u0001\\\"\\n ü\",true,null,{}],\"b\":{\"c\":[]}}";
    assertThat(JsonTree.write(JsonTree.parse(json))).isEqualTo(json);
  }

  @Test
  void whatIsNestedTooDeepIsRefused() {
    assertThat(JsonTree.parse("[".repeat(400) + "]".repeat(400))).isNotNull();
    assertThatThrownBy(() -> JsonTree.parse("[".repeat(600) + "]".repeat(600)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deeper than 500");
  }
}

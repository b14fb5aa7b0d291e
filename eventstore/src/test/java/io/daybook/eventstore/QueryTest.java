package io.daybook.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueryTest {
  private static final Event EVENT = Event.json("Opened", "{}").withTags("owner:ada", "branch:7");

  @Test
  void everythingMatchesEverything() {
    assertThat(Query.everything().matches("a-1", EVENT)).isTrue();
    assertThat(Query.everything()).isEqualTo(Query.everything());
  }

  @Test
  void streamsCategoriesAndTypesAreOred() {
    assertThat(Query.streams("b-1", "a-1").matches("a-1", EVENT)).isTrue();
    assertThat(Query.streams("b-1", "a-2").matches("a-1", EVENT)).isFalse();
    assertThat(Query.item().withCategories("b", "a").asQuery().matches("a-1", EVENT)).isTrue();
    assertThat(Query.category("a-1").matches("a-1", EVENT)).isFalse();
    assertThat(Query.category("a").matches("a", EVENT)).isFalse();
    assertThat(Query.types("Closed", "Opened").matches("a-1", EVENT)).isTrue();
    assertThat(Query.types("opened").matches("a-1", EVENT)).isFalse();
  }

  @Test
  void tagsAreAnded() {
    assertThat(Query.tags("owner:ada").matches("a-1", EVENT)).isTrue();
    assertThat(Query.tags("branch:7", "owner:ada").matches("a-1", EVENT)).isTrue();
    assertThat(Query.tags("owner:ada", "branch:8").matches("a-1", EVENT)).isFalse();
  }

  @Test
  void dimensionsAreAnded() {
    Query.Item item =
        Query.item()
            .withStreams("a-1")
            .withCategories("a")
            .withTypes("Opened")
            .withTags("branch:7");
    assertThat(item.matches("a-1", EVENT)).isTrue();
    assertThat(item.withStreams("a-2").matches("a-1", EVENT)).isFalse();
    assertThat(item.withCategories("b").matches("a-1", EVENT)).isFalse();
    assertThat(item.withTypes("Closed").matches("a-1", EVENT)).isFalse();
    assertThat(item.withTags("branch:8").matches("a-1", EVENT)).isFalse();
  }

  @Test
  void itemsAreOred() {
    Query query = Query.anyOf(Query.item().withTypes("Closed"), Query.item().withStreams("a-1"));
    assertThat(query.matches("a-1", EVENT)).isTrue();
    assertThat(query.matches("a-2", EVENT)).isFalse();
    assertThat(query).isEqualTo(Query.types("Closed").or(Query.stream("a-1")));
    assertThat(query.or(Query.everything())).isEqualTo(Query.everything());
    assertThat(Query.everything().or(query)).isEqualTo(Query.everything());
  }

  @Test
  void everyWayToBeginAnItemLeadsToTheSame() {
    assertThat(Query.item().withStreams("a-1").asQuery()).isEqualTo(Query.stream("a-1"));
    assertThat(Query.item().withCategories("a").asQuery()).isEqualTo(Query.category("a"));
    assertThat(Query.item().withTypes("A").asQuery()).isEqualTo(Query.types("A"));
    assertThat(Query.item().withTags("t").asQuery()).isEqualTo(Query.tags("t"));
  }

  @Test
  void aRecordedEventIsMatchedByItsStream() {
    var recorded = new RecordedEvent(Position.FIRST, "a-1", Revision.FIRST, Instant.EPOCH, EVENT);
    assertThat(Query.stream("a-1").matches(recorded)).isTrue();
    assertThat(Query.stream("a-2").matches(recorded)).isFalse();
  }

  @Test
  void theSameNameTwiceCountsOnce() {
    assertThat(Query.tags("a", "a")).isEqualTo(Query.tags("a"));
    assertThat(Query.streams("a", "b", "a")).isEqualTo(Query.streams("b", "a"));
    assertThat(Query.types("A", "A")).isEqualTo(Query.types("A"));
  }

  @Test
  void aQueryWithoutItemsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Query.anyOf())
        .withMessageContaining("Query.everything()");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Query.Item(Set.of(), Set.of(), Set.of(), Set.of()))
        .withMessageContaining("Query.everything()");
    assertThatIllegalArgumentException().isThrownBy(() -> Query.streams());
    assertThatIllegalArgumentException().isThrownBy(() -> Query.tags());
    assertThatIllegalArgumentException().isThrownBy(() -> Query.types());
  }

  @Test
  void brokenNamesAreRefused() {
    for (String name : new String[] {"", " ", "a\t", "\ud800", "x".repeat(1_025)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Query.stream(name));
      assertThatIllegalArgumentException().isThrownBy(() -> Query.category(name));
      assertThatIllegalArgumentException().isThrownBy(() -> Query.types(name));
      assertThatIllegalArgumentException().isThrownBy(() -> Query.tags(name));
    }
  }

  @Test
  void setsAndListsAreCopied() {
    var types = new HashSet<>(Set.of("Opened"));
    var item = new Query.Item(Set.of(), Set.of(), types, Set.of());
    var items = new ArrayList<>(List.of(item));
    var query = new Query.AnyOf(items);
    types.add("Closed");
    items.clear();
    assertThat(query.items()).containsExactly(Query.item().withTypes("Opened"));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> item.types().add("Closed"));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> query.items().clear());
  }

  @Test
  void theCategoryIsThePartBeforeTheFirstDash() {
    assertThat(Query.categoryOf("account-1")).contains("account");
    assertThat(Query.categoryOf("account-1-x")).contains("account");
    assertThat(Query.categoryOf("account-")).contains("account");
    assertThat(Query.categoryOf("account")).isEmpty();
    assertThat(Query.categoryOf("-1")).isEmpty();
    assertThat(Query.categoryOf("  -1")).isEmpty();
    assertThat(Query.categoryOf("😀-1")).contains("😀");
  }

  @Test
  void nullIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> Query.stream(null));
    assertThatNullPointerException().isThrownBy(() -> Query.streams("a", null));
    assertThatNullPointerException().isThrownBy(() -> Query.category(null));
    assertThatNullPointerException().isThrownBy(() -> Query.types("A", null));
    assertThatNullPointerException().isThrownBy(() -> Query.tags((String) null));
    assertThatNullPointerException().isThrownBy(() -> Query.anyOf((Query.Item) null));
    assertThatNullPointerException().isThrownBy(() -> Query.everything().or(null));
    assertThatNullPointerException().isThrownBy(() -> Query.stream("a").or(null));
  }
}

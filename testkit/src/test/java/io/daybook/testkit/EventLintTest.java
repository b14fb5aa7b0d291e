package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.EventLint.Finding;
import io.daybook.testkit.EventLint.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventLintTest {

  record Customer(String name, String address, String phone) {}

  sealed interface CustomerEvent {
    record CustomerRegistered(String name) implements CustomerEvent {}

    record CustomerMoved(String address) implements CustomerEvent {}

    record AddressChanged(String address) implements CustomerEvent {}

    record NumbersCorrected(Map<String, String> phones) implements CustomerEvent {}
  }

  sealed interface PoorEvent {
    record CustomerUpdated(String phone) implements PoorEvent {}

    record CustomerChanged(String phone) implements PoorEvent {}

    record RegisterCustomer(String name) implements PoorEvent {}

    record CustomerInfo(String name) implements PoorEvent {}

    record CustomerImported(Customer customer) implements PoorEvent {}

    record CustomersMerged(Map<String, List<? extends Customer>> parts) implements PoorEvent {}

    record CustomerCorrected(String name, String address, String phone, String reason)
        implements PoorEvent {}

    record FormSubmitted(
        int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l, int m)
        implements PoorEvent {}
  }

  /** One event, named by the codec. */
  record Something() {}

  private static List<Finding> named(String type) {
    var codec = JsonCodec.of(Something.class, types -> types.named(Something.class, type));
    return EventLint.of(codec.types()).findings();
  }

  @Test
  void goodEventsPass() {
    assertThatCode(() -> EventLint.of(CustomerEvent.class).state(Customer.class).check())
        .doesNotThrowAnyException();
    assertThat(EventLint.of(Account.Event.class).state(Account.class).findings()).isEmpty();
    assertThat(EventLint.of(Courses.CODEC.types()).findings()).isEmpty();
  }

  @Test
  void eachRuleFindsItsOwn() {
    assertThat(EventLint.of(PoorEvent.class).state(Customer.class).findings())
        .extracting(f -> f.type() + " " + f.rule())
        .containsExactly(
            "CustomerChanged GENERIC_NAME",
            "CustomerCorrected WHOLE_STATE",
            "CustomerImported WHOLE_STATE",
            "CustomerInfo PAST_TENSE",
            "CustomerUpdated GENERIC_NAME",
            "CustomersMerged WHOLE_STATE",
            "FormSubmitted WHOLE_STATE",
            "RegisterCustomer PAST_TENSE");
  }

  @Test
  void reasonsSayWhatWouldBeBetter() {
    assertThatThrownBy(() -> EventLint.of(PoorEvent.class).state(Customer.class).check())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(
            "RegisterCustomer (PAST_TENSE): is named like a command; name what happened, for"
                + " example CustomerRegistered")
        .hasMessageContaining("CustomerImported (WHOLE_STATE): its component customer holds")
        .hasMessageContaining("CustomerCorrected (WHOLE_STATE): has all components of the state")
        .hasMessageContaining("FormSubmitted (WHOLE_STATE): has 13 components, more than 12")
        .hasMessageContaining("allowing(type, reason)");
  }

  @Test
  void whatIsRightAllTheSameIsAllowedByName() {
    EventLint lint = EventLint.of(PoorEvent.class).state(Customer.class);

    assertThat(
            lint.allowing("CustomerUpdated", "what the old system called it")
                .maxComponents(13)
                .findings())
        .extracting(Finding::type)
        .doesNotContain("CustomerUpdated", "FormSubmitted")
        .contains("CustomerChanged");
    assertThatThrownBy(() -> lint.allowing("CustomerUpdate", "a typing mistake"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CustomerUpdate")
        .hasMessageContaining("CustomerUpdated");
    assertThatThrownBy(() -> lint.allowing("CustomerUpdated", " "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> lint.maxComponents(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AccountOpened",
        "TransferSent",
        "InterestRateSet",
        "ItemAddedToCart",
        "StockRanOut",
        "MoneyWithdrawn",
        "account-opened",
        "account.opened.v2",
        "PriceChanged",
        "SKUDiscontinued",
        "PaymentWasRefused"
      })
  void namesInThePastTense(String type) {
    assertThat(named(type)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OpenAccount",
        "AccountOpening",
        "SendMoney",
        "Account",
        "SpeedBreed",
        "AccountEvent",
        "开户",
        "ShipOrder",
        "ApplyDiscount"
      })
  void namesThatAreNot(String type) {
    assertThat(named(type)).extracting(Finding::rule).containsExactly(Rule.PAST_TENSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Changed", "Updated", "OrderUpdated", "ORDER_MODIFIED", "PriceEdited"})
  void namesThatWouldFitAnything(String type) {
    assertThat(named(type)).extracting(Finding::rule).containsExactly(Rule.GENERIC_NAME);
  }

  @Test
  void aCommandIsTurnedIntoAnEvent() {
    assertThat(named("WithdrawMoney").getFirst().reason()).contains("MoneyWithdrawn");
    assertThat(named("ShipOrder").getFirst().reason()).contains("OrderShipped");
    assertThat(named("ApplyDiscount").getFirst().reason()).contains("DiscountApplied");
    assertThat(named("CancelOrder").getFirst().reason()).contains("OrderCancelled");
    assertThat(named("CloseAccount").getFirst().reason()).contains("AccountClosed");
  }
}

package io.daybook.tck;

import static io.daybook.tck.SuiteRun.assertCaught;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests the tests: stores that decide conditions wrongly in one way are caught by the tests that
 * speak of it.
 */
@Tag("long")
class BrokenConditionsTest {

  @Test
  void aStoreThatIgnoresConditionsIsCaught() {
    assertCaught(
        IgnoresConditions.class,
        "anAppendFailsIfAnEventMatches",
        "aConditionTakesEveryDimension",
        "anyConditionFailsWhereAPlainFilterFinds");
  }

  @Test
  void aStoreThatChecksConditionsBeforeItLocksIsCaught() {
    assertCaught(
        ChecksTooEarly.class,
        "exactlyOneWriterWinsACondition",
        "conditionsAfterTheHeadLoseNoUpdate",
        "aNameIsGivenOnceUnderSixteenThreads",
        "noPlaceIsGivenTwiceUnderSixteenThreads",
        "invoicesAreNumberedWithoutGapsUnderSixteenThreads");
  }

  @Test
  void aStoreThatLooksForTheFirstAlternativeOnlyIsCaught() {
    assertCaught(
        LooksForTheFirstAlternative.class,
        "aConditionTakesEveryDimension",
        "twoSubscriptionsThatRestOnTheSameReadDoNotBothCount");
  }

  @Test
  void aStoreThatMissesTheEventBehindTheHeadIsCaught() {
    assertCaught(
        MissesTheEventBehindTheHead.class,
        "onlyEventsAfterThePositionCount",
        "theHeadOfAReadIsWhatAConditionTakes",
        "twoInvoicesThatRestOnTheSameReadDoNotBothCount",
        "aTokenThatTwoFoundUnusedIsUsedOnce",
        "anOrderMeetsAChangeOfItsPriceOnly");
  }

  @Test
  void aStoreWhoseConditionsForgetTheirPositionIsCaught() {
    assertCaught(
        ForgetsThePosition.class,
        "aConditionAfterTheHeadPasses",
        "aCourseTakesAsManyAsItHasPlaces",
        "invoicesAreNumberedWithoutGaps");
  }

  @Test
  void aStoreWhoseConditionsSeeHiddenEventsIsCaught() {
    assertCaught(
        ConditionsSeeHiddenEvents.class,
        "truncatedEventsDoNotBreakACondition",
        "deletedEventsDoNotBreakACondition",
        "tombstonedEventsDoNotBreakACondition");
  }

  @Test
  void aStoreWhoseConditionsSeeSystemEventsIsCaught() {
    assertCaught(
        ConditionsSeeSystemEvents.class,
        "systemEventsDoNotBreakACondition",
        "systemEventsDoNotBreakAConditionThatNamesThem",
        "aConditionThatNamesSystemEventsAndOthersIsBrokenByTheOthers");
  }

  @Test
  void aStoreThatTakesNamesForTheSystemsIsCaught() {
    assertCaught(
        PassesConditionsThatLookLikeTheSystems.class,
        "aConditionThatNamesSystemEventsAndOthersIsBrokenByTheOthers",
        "tagsThatLookLikeTheSystemsBreakACondition");
  }

  static class IgnoresConditions extends StoreFixture
      implements AppendConditionContract, QueryContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public AppendResult append(Append append) {
          return super.append(new Append(append.writes(), append.expectations(), null));
        }
      };
    }
  }

  /** Checks another condition than it was given. */
  abstract static class ChecksAnother extends StoreFixture
      implements AppendConditionContract, DecisionContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public AppendResult append(Append append) {
          AppendCondition condition = append.condition();
          return super.append(condition == null ? append : append.unless(another(condition)));
        }
      };
    }

    abstract AppendCondition another(AppendCondition condition);
  }

  static class LooksForTheFirstAlternative extends ChecksAnother {
    @Override
    AppendCondition another(AppendCondition condition) {
      return condition.failIfMatches() instanceof Query.AnyOf(List<Query.Item> items)
          ? new AppendCondition(items.getFirst().asQuery(), condition.after())
          : condition;
    }
  }

  static class MissesTheEventBehindTheHead extends ChecksAnother {
    @Override
    AppendCondition another(AppendCondition condition) {
      return new AppendCondition(condition.failIfMatches(), condition.after().next());
    }
  }

  static class ForgetsThePosition extends ChecksAnother {
    @Override
    AppendCondition another(AppendCondition condition) {
      return AppendCondition.failIfMatches(condition.failIfMatches());
    }
  }

  static class ChecksTooEarly extends StoreFixture
      implements ConcurrencyContract, DecisionContract {
    private final Exchanger<Boolean> checked = new Exchanger<>();

    /** Two append when both have checked, however slow the machine is, unless one is alone. */
    private void awaitAnother() {
      try {
        checked.exchange(true, 20, TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        // alone
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public AppendResult append(Append append) {
          AppendCondition condition = append.condition();
          if (condition != null) {
            ReadRequest matching =
                ReadRequest.of(condition.failIfMatches()).from(condition.after().next());
            for (RecordedEvent event : read(matching).toList()) {
              throw new AppendConditionException(condition, event.position());
            }
            awaitAnother();
          }
          return super.append(new Append(append.writes(), append.expectations(), null));
        }
      };
    }
  }

  static class ConditionsSeeHiddenEvents extends StoreFixture
      implements AppendConditionContract, DeletionContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new RemembersAll(clock) {
        @Override
        public AppendResult append(Append append) {
          AppendCondition condition = append.condition();
          if (condition != null) {
            for (RecordedEvent event : everStored.values()) {
              if (event.position().compareTo(condition.after()) > 0
                  && condition.failIfMatches().matches(event)) {
                throw new AppendConditionException(condition, event.position());
              }
            }
          }
          return super.append(append);
        }
      };
    }
  }

  static class ConditionsSeeSystemEvents extends StoreFixture implements AppendConditionContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public AppendResult append(Append append) {
          AppendCondition condition = append.condition();
          if (condition != null) {
            ReadRequest matching =
                ReadRequest.of(condition.failIfMatches()).withSystemEvents().inReverse();
            try (var read = store().read(matching)) {
              for (RecordedEvent event : read) {
                if (event.position().compareTo(condition.after()) > 0) {
                  throw new AppendConditionException(condition, event.position());
                }
              }
            }
          }
          return super.append(append);
        }
      };
    }
  }

  /** Drops a condition that holds any name with a dollar sign, as if nothing could match it. */
  static class PassesConditionsThatLookLikeTheSystems extends StoreFixture
      implements AppendConditionContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public AppendResult append(Append append) {
          AppendCondition condition = append.condition();
          return super.append(
              condition != null && condition.failIfMatches().toString().contains("$")
                  ? new Append(append.writes(), append.expectations(), null)
                  : append);
        }
      };
    }
  }
}

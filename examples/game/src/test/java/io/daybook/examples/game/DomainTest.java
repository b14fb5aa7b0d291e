package io.daybook.examples.game;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.daybook.eventsourcing.decider.Rejected;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The domain is plain Java: it knows of no store, no JSON and no command line. */
class DomainTest {
  private static final Set<String> DOMAIN =
      Set.of(
          "Card",
          "Chips",
          "FinishedHands",
          "HandAction",
          "HandCommand",
          "HandDecider",
          "HandEvent",
          "HandHistory",
          "HandName",
          "HandRank",
          "HandSetup",
          "HandState",
          "HandText",
          "HallOfFame",
          "Hero",
          "HeroCommand",
          "HeroDecider",
          "HeroEvent",
          "HeroState",
          "HeroText",
          "NetResults",
          "Pot",
          "Refused",
          "Seat",
          "Table");

  @Test
  void theDomainUsesNothingButJavaAndItself() {
    var domain =
        DescribedPredicate.<JavaClass>describe(
            "belong to the domain",
            c ->
                packageOf(c).equals(DomainTest.class.getPackageName())
                    && DOMAIN.contains(outermost(c.getBaseComponentType())));
    var allowed =
        domain
            .or(DescribedPredicate.describe("are Java's", c -> packageOf(c).startsWith("java.")))
            .or(
                DescribedPredicate.describe(
                    "mark nulls", c -> c.getPackageName().startsWith("org.jspecify")))
            .or(DescribedPredicate.describe("are primitive", JavaClass::isPrimitive))
            .or(
                DescribedPredicate.describe(
                    "say that a rule refuses", c -> c.isEquivalentTo(Rejected.class)));
    classes()
        .that(domain)
        .should()
        .onlyDependOnClassesThat(allowed)
        .check(
            new ClassFileImporter()
                .importUrl(PokerRoom.class.getProtectionDomain().getCodeSource().getLocation()));
  }

  /** An array's package is that of what it holds. */
  private static String packageOf(JavaClass c) {
    return c.getBaseComponentType().getPackageName();
  }

  private static String outermost(JavaClass c) {
    String name = c.getName().substring(c.getPackageName().length() + 1);
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }
}

package dev.tocsin;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.jspecify.annotations.NullMarked;

/** What the packages may know of each other. A rule that stands in the way is a matter for discussion, not for an exception. */
@AnalyzeClasses(packages = "dev.tocsin", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] DOMAIN = {"dev.tocsin.reading..", "dev.tocsin.rule..", "dev.tocsin.alert.."};

    @ArchTest
    static final ArchRule the_domain_knows_no_framework = noClasses()
            .that()
            .resideInAnyPackage(DOMAIN)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "io.smallrye..", "io.micrometer..", "jakarta..", "org.apache.kafka..")
            .because("what a reading, a rule and an alert are does not change with the way they travel");

    @ArchTest
    static final ArchRule readings_know_nothing_else = staysWithin("dev.tocsin.reading..");

    @ArchTest
    static final ArchRule rules_know_readings = staysWithin("dev.tocsin.rule..", "dev.tocsin.reading..");

    @ArchTest
    static final ArchRule alerts_know_readings_and_rules =
            staysWithin("dev.tocsin.alert..", "dev.tocsin.reading..", "dev.tocsin.rule..");

    @ArchTest
    static final ArchRule packages_depend_on_each_other_one_way = slices().matching("dev.tocsin.(*)..")
            .should()
            .beFreeOfCycles()
            .because("packages that need each other are one package that is hard to read");

    @ArchTest
    static final ArchRule every_package_is_null_marked = classes()
            .should(resideInANullMarkedPackage())
            .because("null is the exception and is written as @Nullable, which holds only where the package says so");

    @ArchTest
    static final ArchRule names_say_what_a_class_is = noClasses()
            .that()
            .areTopLevelClasses()
            .should()
            .haveNameMatching(".*(Utils?|Helper|Manager|Impl)")
            .because("such a name fits anything, so anything ends up there");

    @ArchTest
    static final ArchRule stdout_is_the_console_sinks = noClasses()
            .that()
            .resideOutsideOfPackage("dev.tocsin.sink.console..")
            .and()
            .doNotHaveFullyQualifiedName("dev.tocsin.Main")
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .because("stdout carries alerts and nothing else; all other words go to the log, on stderr");

    /** The first package may use itself and the others given, and nothing else of Tocsin. */
    private static ArchRule staysWithin(String... packages) {
        DescribedPredicate<JavaClass> downstream = resideInAnyPackage("dev.tocsin..")
                .and(resideOutsideOfPackages(packages))
                .as("are further down the flow");
        return noClasses()
                .that()
                .resideInAPackage(packages[0])
                .should()
                .dependOnClassesThat(downstream)
                .allowEmptyShould(true)
                .because("packages stand in the order in which a reading flows, and know only those before them");
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package whose package-info is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                JavaPackage home = type.getPackage();
                boolean marked = home.tryGetPackageInfo()
                        .map(info -> info.isAnnotatedWith(NullMarked.class))
                        .orElse(false);
                events.add(new SimpleConditionEvent(type, marked, home.getName() + " is home of " + type.getName()));
            }
        };
    }
}

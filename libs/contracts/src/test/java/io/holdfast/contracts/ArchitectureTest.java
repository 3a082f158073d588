package io.holdfast.contracts;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CONTRACTS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.holdfast.contracts");

    @Test
    void theContractNeedsNothingButTheJdkAndAnnotations() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.holdfast.contracts",
                        "com.fasterxml.jackson.annotation",
                        "org.jspecify.annotations")
                .check(CONTRACTS);
    }

    @Test
    void eventsAreRecordsOrFamiliesOfThem() {
        classes()
                .that()
                .areAssignableTo(Event.class)
                .should()
                .beRecords()
                .orShould()
                .beInterfaces()
                .check(CONTRACTS);
    }

    @Test
    void nothingInTheContractCanBeChanged() {
        fields().should().beFinal().check(CONTRACTS);
    }
}

package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a copy may differ is found and named. */
class DifferencesTest {
    private static Bench bench;
    private static Manifest manifest;

    @BeforeAll
    static void backup() throws IOException {
        bench = new Bench(new MemoryObjectStore());
        manifest = bench.capture(Shop.create());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update app.tickets set body = body || '.' where id = 12345",
                "delete from app.tickets where id = 30000",
                "insert into app.tickets (id, client, body) values (0, 1, 'one more')",
                "update app.tickets set client = null where id = 1"
            })
    void aChangedMissingOrAdditionalRowIsFoundInItsTable(String change) {
        ComparisonResult comparison = compareAfter(change);

        assertThat(comparison.differences())
                .singleElement()
                .satisfies(found -> assertAbout(found, FailureCode.ROWS_DIFFER, "app.tickets"));
        assertThat(comparison.tables())
                .filteredOn(table -> !table.equal())
                .extracting(ComparisonResult.Table::name)
                .containsExactly("app.tickets");
    }

    @Test
    void aMissingRowIsFoundInATreeThatIsComparedAsAWhole() {
        ComparisonResult comparison = compareAfter("delete from app.by_mood where n = 7");

        assertThat(comparison.differences())
                .singleElement()
                .satisfies(found -> assertAbout(found, FailureCode.ROWS_DIFFER, "app.by_mood"));
    }

    @Test
    void anAdditionalTableIsFound() {
        ComparisonResult comparison = compareAfter("create table app.smuggled as select 1 as id");

        assertThat(comparison.differences())
                .anySatisfy(found -> assertAbout(found, FailureCode.ROWS_DIFFER, "app.smuggled"))
                .anySatisfy(found -> assertThat(found.message()).contains("smuggled"));
    }

    @Test
    void anAdditionalEmptyTableIsFound() {
        ComparisonResult comparison = compareAfter("create table app.hollow (id int)");

        assertThat(comparison.differences()).singleElement().satisfies(found -> {
            assertThat(found.code()).isEqualTo(FailureCode.SCHEMA_DIFFERS);
            assertThat(found.message()).contains("hollow");
        });
    }

    @Test
    void aMissingTableIsFound() {
        ComparisonResult comparison = compareAfter("drop table app.\"odd Näme\"");

        assertThat(comparison.differences()).anySatisfy(found -> {
            assertThat(found.code()).isEqualTo(FailureCode.ROWS_DIFFER);
            assertThat(found.object()).contains("odd Näme");
        });
    }

    @Test
    void anotherValueOfASequenceIsFound() {
        ComparisonResult comparison = compareAfter("select nextval('app.invoice')");

        assertThat(comparison.differences())
                .singleElement()
                .satisfies(found -> assertAbout(found, FailureCode.SEQUENCES_DIFFER, "app.invoice"))
                .satisfies(found -> assertThat(found.message()).contains("1041", "1042"));
    }

    @Test
    void anotherDefinitionOfAViewIsFound() {
        ComparisonResult comparison =
                compareAfter("create or replace view app.named as select id, upper(name) as name from app.clients");

        assertThat(comparison.differences())
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found.code()).isEqualTo(FailureCode.SCHEMA_DIFFERS))
                .anySatisfy(found -> assertThat(found.message()).contains("named"));
    }

    @Test
    void anUnpopulatedViewIsFound() {
        ComparisonResult comparison = compareAfter("refresh materialized view app.counted with no data");

        assertThat(comparison.differences())
                .singleElement()
                .satisfies(found -> assertAbout(found, FailureCode.SCHEMA_DIFFERS, "app.counted"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index smuggled on app.clients (name)",
                "alter table app.tickets drop constraint tickets_client_fkey",
                "grant select on app.clients to public"
            })
    void anIndexAConstraintAndAGrantBelongToTheComparison(String change) {
        assertThat(compareAfter(change).differences())
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found.code()).isEqualTo(FailureCode.SCHEMA_DIFFERS));
    }

    private static ComparisonResult compareAfter(String change) {
        Bench.Copy copy = bench.reload(manifest);
        Servers.sql(copy.database(), change);
        return bench.compare(manifest, copy);
    }

    private static void assertAbout(FailureReason found, FailureCode code, String object) {
        assertThat(found.code()).isEqualTo(code);
        assertThat(found.object()).isEqualTo(object);
        assertThat(found.message()).contains(object);
    }
}

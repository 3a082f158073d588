package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Ids that are typed in part. */
class IdResolverTest {
    private static final String ID = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77";
    private static final String OTHER = "0197f0c4-6a2e-7b1c-8000-000000000001";
    private static final String SOURCE = "{\"id\":\"0197f0c4-6a2e-7b1c-9d55-000000000001\",\"name\":\"portal\"}";
    private static final String NONE = "{\"items\":[]}";
    private FakeServices services;

    @BeforeEach
    void start() throws IOException {
        services = new FakeServices();
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void theBeginningOfOneIdIsEnough() {
        services.on("GET /api/backups", NONE)
                .on("GET /api/restores", page(ID))
                .on("GET /api/verifications", NONE)
                .on("GET /api/restores/" + ID, object(ID));

        Shell.Result result = run("show", "0197F0C46A2e");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("restore    " + ID);
        assertThat(services.requests("GET", "/api/restores").getFirst().query()).contains("id=0197f0c4-6a2e");
    }

    @Test
    void theBeginningOfSeveralIdsIsRefusedAndTheyAreNamed() {
        services.on("GET /api/backups", page(ID))
                .on("GET /api/restores", page(OTHER))
                .on("GET /api/verifications", NONE);

        Shell.Result result = run("show", "0197f0c4");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("ambiguous", "backup " + ID, "restore " + OTHER);
    }

    @Test
    void theBeginningOfNoIdIsRefusedAndNothingIsDeleted() {
        services.on("GET /api/backups", NONE);

        Shell.Result result = run("delete", "0197f0c4");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("there is no backup whose id begins with 0197f0c4");
    }

    @Test
    void aCommandThatIsOfBackupsDeletesTheOneThatWasMeant() {
        services.on("GET /api/backups", page(ID)).on("DELETE /api/backups/" + ID, object(ID));

        assertThat(run("delete", "0197f0c4-6").out()).contains("backup " + ID + " of portal is deleted");
        assertThat(services.requests("GET", "/api/restores")).isEmpty();
    }

    @Test
    void aWholeIdIsNotLookedUp() {
        services.on("PUT /api/backups/" + ID + "/hold", object(ID));

        assertThat(run("hold", ID).exit()).isZero();
        assertThat(services.requests("GET", "/api/backups")).isEmpty();
    }

    @Test
    void aRestoreMayNameItsBackupByTheBeginningOfItsId() {
        services.on("GET /api/backups", page(ID))
                .on("POST /api/restores", 202, object(OTHER))
                .on("GET /api/restores/" + OTHER, object(OTHER).replace("\"STORED\"", "\"COMPLETED\""));

        assertThat(run("restore", "portal", "--backup", "0197f0c4", "--into", "copy")
                        .exit())
                .isZero();
        assertThat(services.requests("POST", "/api/restores").getFirst().body()).contains("\"backup\":\"" + ID + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0197f0c4, 0197f0c4",
        "0197f0c4-, 0197f0c4",
        "0197f0c46, 0197f0c4-6",
        "0197F0C4-6A2E-7b1, 0197f0c4-6a2e-7b1",
        "0197f0c46a2e7b1c9d550b6d4d2f1a77, " + ID
    })
    void dashesAndCaseDoNotMatter(String typed, String read) {
        assertThat(IdPrefix.parse(typed).text()).isEqualTo(read);
        assertThat(IdPrefix.parse(typed).isWhole()).isEqualTo(read.equals(ID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0197f0c", "portal-1", ID + "0", "0197f0c4?"})
    void anythingElseIsNoId(String typed) {
        assertThatThrownBy(() -> IdPrefix.parse(typed)).isInstanceOf(TypeConversionException.class);
    }

    private static String page(String id) {
        return "{\"items\":[" + object(id) + "]}";
    }

    private static String object(String id) {
        return "{\"id\":\"" + id + "\",\"source\":" + SOURCE + ",\"database\":\"copy\",\"state\":\"STORED\"}";
    }

    private Shell.Result run(String... args) {
        return new Shell().with("HOLDFAST_URL", services.url()).run(args);
    }
}

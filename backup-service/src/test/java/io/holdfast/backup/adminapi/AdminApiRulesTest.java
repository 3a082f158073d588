package io.holdfast.backup.adminapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import jakarta.ws.rs.WebApplicationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which source a request is about, whose token is right, and what a run of retention means. */
class AdminApiRulesTest {
    private static final SourceId SOURCE = new SourceId(new UUID(1, 2));

    @ParameterizedTest
    @CsvSource({
        "shop, portal, shop portal, shop",
        ", portal, shop portal, portal",
        "'', portal, shop portal, portal",
        ", , shop, shop",
        "other, , shop, other"
    })
    void theSourceIsTheNamedOneElseTheUsualOneElseTheOnlyOne(
            @Nullable String asked, @Nullable String usual, String configured, String chosen) {
        assertThat(AdminApiSources.name(asked, Optional.ofNullable(usual), List.of(configured.split(" "))))
                .isEqualTo(chosen);
    }

    @Test
    void anUndecidedSourceIsRefusedAndTheSourcesAreNamed() {
        assertThatThrownBy(() -> AdminApiSources.name(null, Optional.empty(), List.of("portal", "shop")))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.REQUEST_INVALID))
                .hasMessageContaining("the sources are portal, shop");
        assertThatThrownBy(() -> AdminApiSources.name(null, Optional.empty(), List.of()))
                .hasMessageContaining("no source is configured");
    }

    @Test
    void theCronSecretIsABearerToken() {
        CronSecret secret = secret("access: { cron-secret: { env: CRON } }", "s3cret");

        assertThatCode(() -> secret.require("Bearer s3cret")).doesNotThrowAnyException();
        assertThatCode(() -> secret.require("bearer s3cret")).doesNotThrowAnyException();
        refused(401, () -> secret.require(null));
        refused(401, () -> secret.require("s3cret"));
        refused(401, () -> secret.require("Basic s3cret"));
        refused(401, () -> secret.require("Bearer s3cre"));
        refused(401, () -> secret.require("Bearer s3cretx"));
        refused(401, () -> secret.require("Bearer s3creT"));
        refused(401, () -> secret.require("Bearer "));
    }

    @Test
    void withoutASecretNoTokenIsRight() {
        refused(403, () -> secret("access: {}", "s3cret").require("Bearer s3cret"));
        refused(403, () -> secret("access: {}", "").require("Bearer "));
        refused(503, () -> secret("access: { cron-secret: { env: CRON } }", "").require("Bearer s3cret"));
    }

    @Test
    void aSuspendedRetentionDeletesNothingAndIsNoError() {
        RetentionCleanup suspended = cleanup((source, by) -> {
            throw HoldfastException.of(FailureCode.REQUEST_CONFLICT, "no backup is proven");
        });

        assertThat(suspended.deleted(SOURCE, "/api/admin/backup")).isZero();
        assertThat(cleanup((source, by) -> 3).deleted(SOURCE, "/api/admin/backup"))
                .isEqualTo(3);
    }

    @Test
    void aFailedRetentionIsAnError() {
        RetentionCleanup failing = cleanup((source, by) -> {
            throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the vault does not answer");
        });

        assertThatThrownBy(() -> failing.deleted(SOURCE, "/api/admin/backup"))
                .hasMessageContaining("the vault does not answer");
    }

    private static RetentionCleanup cleanup(RetentionTrigger runner) {
        return new RetentionCleanup(runner);
    }

    private static CronSecret secret(String access, String value) {
        Environment environment =
                variable -> value.isEmpty() || !variable.equals("CRON") ? Optional.empty() : Optional.of(value);
        String text = "holdfast:\n  vault: { bucket: backups, key-file: k }\n  " + access + "\n";
        return new CronSecret(() -> HoldfastConfig.parse(text, Path.of("holdfast.yaml"), environment));
    }

    private static WebApplicationException refused(int status, ThrowingCallable call) {
        WebApplicationException[] thrown = new WebApplicationException[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(WebApplicationException.class, e -> thrown[0] = e);
        assertThat(thrown[0].getResponse().getStatus()).isEqualTo(status);
        return thrown[0];
    }
}

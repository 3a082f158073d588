package io.holdfast.backup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.testsupport.api.MetricsLint;
import io.holdfast.testsupport.api.OpenApiContract;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class OpenApiTest extends Service {
    @TestHTTPResource("/")
    URI service = URI.create("set:by-quarkus");

    @Test
    void everyOperationAnswersAsItsDocumentSays() {
        OpenApiContract api = OpenApiContract.of(service);
        String id = Backups.stored("shop", "documented");
        String failed = Backups.failed("nowhere");
        String at = "/api/backups/" + id;

        api.call("POST", "/api/backups", "{\"source\":\"shop\",\"labels\":[\"documented\"]}");
        api.call("GET", "/api/backups?source=shop&limit=1", null);
        api.call("GET", at, null);
        api.call("GET", "/api/backups/" + failed, null);
        api.call("GET", at + "/tables", null);
        api.call("GET", at + "/progress", null);
        api.call("GET", at + "/export", null);
        api.call("GET", at + "/export?format=directory", null);
        api.call("PUT", at + "/hold?reason=audit", null);
        api.call("DELETE", at, null); // refused: it is held
        api.call("DELETE", at + "/hold", null);
        api.call("DELETE", at + "?reason=test&newestProven=true", null);
        api.call("GET", "/api/sources", null);
        api.call("GET", "/api/sources/shop", null);
        api.call("GET", "/api/sources/shop/windows", null);
        api.call("GET", "/api/vault", null);
        api.call("GET", "/api/status", null);
        api.call("GET", "/api/schedule", null);
        api.call("GET", "/api/slots?source=shop", null);
        api.call(
                "POST",
                "/api/sources/shop/pause",
                "{\"until\":\"" + Instant.now().plusSeconds(60) + "\",\"reason\":\"documented\"}");
        api.call("POST", "/api/sources/shop/resume", null);
        api.call("GET", "/api/whoami", null);
        api.call("POST", "/api/tokens", "{\"name\":\"ci\",\"roles\":[\"backup\"],\"expires\":\"90d\"}");
        api.call("GET", "/api/tokens", null);
        api.call("GET", "/api/access/review", null);
        api.call("GET", "/api/access/login", null);
        api.call("DELETE", "/api/tokens/ci", null);
        api.call("GET", "/api/configuration", null);
        api.call("POST", "/api/configuration/reload", null);
        retention(api);
        cancelled(api);
        approvals(api);
        admin(api); // last: it sends the cron secret, which no other operation knows

        assertThat(api.problems()).isEmpty();
        assertThat(api.uncalled()).isEmpty();
    }

    private void admin(OpenApiContract api) {
        String key = requireNonNull(
                        api.call("POST", "/api/admin/backup?source=shop", null).body())
                .at("/backup/key")
                .asText();
        api.call("GET", "/api/admin/backup?source=shop", null);
        api.call("GET", "/api/admin/backup?source=shop&key=" + key, null);
        api.call("GET", "/api/admin/" + key + "?source=shop", null);
        api.call("DELETE", "/api/admin/backup?source=shop", null);
        api.call("GET", "/api/cron/backup?source=shop", null); // refused: without the secret
        api.with(Map.of("Authorization", "Bearer from-the-cron")).call("GET", "/api/cron/backup?source=shop", null);
    }

    private void retention(OpenApiContract api) {
        String proven = Backups.stored("shop");
        sql("update backup set state = 'PROVEN', verified_at = now(), verification_id = gen_random_uuid() where id = '"
                + proven + "'");
        api.call("POST", "/api/retention/runs", "{\"source\":\"shop\",\"dryRun\":true}");
        api.call("POST", "/api/retention/runs", "{\"source\":\"shop\"}");
        api.call("GET", "/api/retention/runs?source=shop&limit=5", null);
        api.call("POST", "/api/retention/preview", "{\"sources\":{\"shop\":{\"all\":\"1ms\"},\"new\":{}}}");
        sql(
                "update retention_policy set waiting = accepted where source_id = (select id from source where name = 'shop')");
        api.call("POST", "/api/retention/acceptance", "{\"source\":\"shop\"}");
    }

    private static void approvals(OpenApiContract api) {
        String approver = Callers.token("approver");
        String export = "/api/backups/" + Backups.stored("two-keys") + "/export";
        String admin = Callers.token("admin");
        String approval = ApprovalTest.refused(Callers.as(admin).get(export));
        api.call("GET", "/api/approvals", null);
        api.with(Map.of("Authorization", "Bearer " + approver)).call("POST", "/api/approvals/" + approval, null);
        api.with(Map.of("Authorization", "Bearer " + admin));
    }

    private void cancelled(OpenApiContract api) {
        bed.faultInjectionProxy.set(FaultInjectionProxy.State.CLOSED);
        try {
            String waiting = Backups.request("shop");
            api.call("POST", "/api/backups/" + waiting + "/cancellation", null);
            Backups.await(waiting, "CANCELLED");
            api.call("GET", "/api/vault", null);
        } finally {
            bed.faultInjectionProxy.set(FaultInjectionProxy.State.OPEN);
        }
    }

    @Test
    void everyRefusalIsADocumentedProblem() {
        OpenApiContract api = OpenApiContract.of(service);

        assertThat(api.call("POST", "/api/backups", "{}").status()).isEqualTo(400);
        assertThat(api.call("GET", "/api/backups?limit=0", null).status()).isEqualTo(400);
        assertThat(api.call("GET", "/api/backups?source=shpo", null).status()).isEqualTo(404);
        assertThat(api.call("GET", "/api/backups/" + UUID.randomUUID(), null).status())
                .isEqualTo(404);
        assertThat(api.call("GET", "/api/sources/shpo", null).status()).isEqualTo(404);
        assertThat(api.call("POST", "/api/retention/runs", "{\"source\":\"shpo\"}")
                        .status())
                .isEqualTo(404);
        assertThat(api.call("GET", "/api/retention/runs?source=shpo", null).status())
                .isEqualTo(404);
        assertThat(api.call("POST", "/api/retention/preview", "{}").status()).isEqualTo(400);
        assertThat(api.call("POST", "/api/retention/acceptance", "{\"source\":\"store\"}")
                        .status())
                .isEqualTo(409);
        assertThat(api.call("POST", "/api/admin/backup", null).status()).isEqualTo(400);
        assertThat(api.call("POST", "/api/admin/backup?source=nowhere", null).status())
                .isEqualTo(503);
        assertThat(api.call("GET", "/api/admin/backup?source=shop&key=dump.sql", null)
                        .status())
                .isEqualTo(400);
        assertThat(api.call("GET", "/api/cron/backup", null).status()).isEqualTo(401);

        assertThat(api.problems()).isEmpty();
    }

    @Test
    void everyRequestAndAnswerHasAnExampleThatMatchesItsSchema() {
        OpenApiContract api = OpenApiContract.of(service);

        assertThat(api.examples()).isEmpty();
        assertThat(api.requests("POST /api/backups"))
                .isNotEmpty()
                .allSatisfy((name, example) -> assertThat(
                                api.call("POST", "/api/backups", example.replace("\"portal\"", "\"shop\""))
                                        .status())
                        .isEqualTo(202));
    }

    @Test
    void promtoolAcceptsTheMetrics() throws Exception {
        MetricsLint.assertAccepted(service);
    }
}

package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChannelsCommandTest {
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
    void channelsAreListedWithTheStateOfTheirLastDelivery() {
        services.on("GET /api/channels", """
                {"items":[
                  {"name":"ops","type":"slack","events":[],"lastDelivery":
                    {"id":"1","state":"FAILED","at":"2026-01-15T14:30:00Z","attempts":1,"error":"it answered 404"}},
                  {"name":"pager","type":"pagerduty","events":[]}]}""");

        Shell.Result result = run("channels");

        assertThat(result.exit()).isZero();
        assertThat(result.out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "CHANNEL TYPE LAST DELIVERY AT ERROR",
                        "ops slack failed 2026-01-15 14:30:00Z it answered 404",
                        "pager pagerduty never - -");
    }

    @Test
    void aTestOfAChannelHasItsOutcomeAsExitCode() {
        services.on("POST /api/channels/ops/test", "{\"delivered\":true,\"remark\":\"x refused\"}");
        services.refuse("POST /api/channels/dead/test", 502, "CONFIG_INVALID", "channel dead: it answered 404");
        services.refuse("POST /api/channels/nobody/test", 404, "CONFIG_INVALID", "there is no channel nobody");

        Shell.Result delivered = run("channels", "test", "ops");
        Shell.Result refused = run("channels", "test", "dead");
        Shell.Result unknown = run("channels", "test", "nobody");

        assertThat(delivered.exit()).isZero();
        assertThat(delivered.out()).contains("channel ops: delivered; x refused");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("it answered 404");
        assertThat(unknown.exit()).isEqualTo(3);
    }

    private Shell.Result run(String... args) {
        return new Shell().with("HOLDFAST_URL", services.url()).run(args);
    }
}

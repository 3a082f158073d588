package io.holdfast.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.rest.ServiceJson;
import org.junit.jupiter.api.Test;

class CaughtMessagesTest {
    @Test
    void slackTextsAndSubjectsOfMailsAreTakenInOneLineEach() throws Exception {
        CaughtMessages messages = CaughtMessages.of(ServiceJson.parse("""
                        [{"kind":"slack","to":"ops","subject":"","body":"{\\"text\\":\\"portal:\\\\n proven\\"}"},
                         {"kind":"slack","to":"ops","subject":"","body":"not json"},
                         {"kind":"mail","to":"dba@x","subject":"portal: stored","body":"long"},
                         {"kind":"webhook","to":"x","subject":"","body":"{}"}]"""));

        assertThat(messages.slack()).containsExactly("portal: proven", "not json");
        assertThat(messages.mails()).containsExactly("portal: stored");
    }
}

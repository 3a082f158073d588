package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification;
import io.quarkus.qute.Engine;
import io.quarkus.qute.Template;
import java.time.ZoneId;

/**
 * A notice as a mail: its subject, its text, and the same as HTML.
 *
 * @param subject one line without control characters
 */
record MailContent(String subject, String text, String html) {
    private static final int SUBJECT = 200;

    /** @param templates that has {@code mail.txt} and {@code mail.html}, both of a {@link MailView} */
    static MailContent of(Notification notice, ZoneId zone, Engine templates) {
        MailView mail = MailView.of(notice, new ZonedTimes(zone));
        String subject = PlainText.cut("[Holdfast] " + mail.word() + ": " + mail.title(), SUBJECT);
        return new MailContent(subject, render(templates, "mail.txt", mail), render(templates, "mail.html", mail));
    }

    private static String render(Engine templates, String id, MailView mail) {
        Template template = templates.getTemplate(id);
        if (template == null) {
            throw new IllegalStateException("there is no template " + id);
        }
        return template.data("mail", mail).render();
    }
}

/** The ways to tell people: Slack, e-mail, Teams, PagerDuty, webhooks. */
@NullMarked
package io.holdfast.notifier.channel;

import org.jspecify.annotations.NullMarked;

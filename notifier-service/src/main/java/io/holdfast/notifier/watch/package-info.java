/** What the notifier heard of backups, restores and alerts of other services, kept for the rules. */
@NullMarked
package io.holdfast.notifier.watch;

import org.jspecify.annotations.NullMarked;

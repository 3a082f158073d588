/** Supabase's Management API: the live project itself goes back to an instant, because Supabase makes no copy of one. */
@NullMarked
package io.holdfast.supabase;

import org.jspecify.annotations.NullMarked;

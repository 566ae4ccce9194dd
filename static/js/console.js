// The one entry module: every page loads it, and each part wakes up only where its markup is.
import "./elements/at-time.js";
import "./live/link-state.js";
import "./live/channel.js";
import "./live/poll.js";
import "./live/stick.js";
import "./live/mine.js";
import "./live/seen.js";
import "./live/views.js";
import "./elements/menu-button.js";
import "./elements/user-menu.js";
import "./elements/section-tabs.js";
import "./elements/nav-drawer.js";
import "./elements/activity-days.js";
import "./elements/activity-filter.js";
import "./elements/people-field.js";
import "./elements/field-picker.js";
import "./elements/new-below.js";
import "./elements/notice-bell.js";
import "./elements/reply-composer.js";
import { connect } from "./live/connection.js";

connect();

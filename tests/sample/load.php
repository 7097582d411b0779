<?php
/*
 * Fills the WordPress in $argv[1]/www with the sample described by the JSON file $argv[2].
 *
 * Called by make_sample.py on an installation that holds no post yet. Every post, page and picture
 * gets the number its file gives it, so that the sample is the same each time it is made.
 */
if (PHP_SAPI !== 'cli') {
    exit(1);
}
[, $run, $plan_file] = $argv;
$plan = json_decode(file_get_contents($plan_file), true, 512, JSON_THROW_ON_ERROR);

$_SERVER['HTTP_HOST'] = $_SERVER['SERVER_NAME'] = 'kontumtv.vn';
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
define('WP_IMPORTING', true);
function wp_mail() { return true; }
require "$run/www/wp-load.php";

kses_remove_filters();                                            // editors of the station may type any markup
add_filter('wp_insert_post_empty_content', '__return_false');     // one post is empty on purpose
remove_all_actions('do_pings');

function stop_at(string $what, $result) {
    if (is_wp_error($result)) {
        fwrite(STDERR, "$what: " . $result->get_error_message() . "\n");
        exit(1);
    }
    return $result;
}

/** Inserts one row of wp_posts under its own number; $row's dates are local times. */
function insert(int $id, array $row): void {
    $got = stop_at((string) $id, wp_insert_post(wp_slash($row + ['import_id' => $id, 'ping_status' => 'closed']), true));
    if ($got !== $id) {
        fwrite(STDERR, "number $id is taken, got $got\n");
        exit(1);
    }
}

function set_modified(int $id, string $local): void {
    global $wpdb;
    $wpdb->update($wpdb->posts, ['post_modified' => $local, 'post_modified_gmt' => get_gmt_from_date($local)], ['ID' => $id]);
    clean_post_cache($id);
}

function load_terms_and_accounts(array $plan): array {
    $categories = $accounts = [];
    foreach ($plan['categories'] as $c) {
        $made = wp_insert_term($c['name'], 'category', ['slug' => $c['slug'], 'parent' => $categories[$c['parent'] ?? ''] ?? 0]);
        $categories[$c['slug']] = stop_at($c['slug'], $made)['term_id'];
    }
    foreach ($plan['accounts'] as $a) {
        $old = get_user_by('login', $a['login']);
        $fields = ['user_login' => $a['login'], 'display_name' => $a['name'], 'nickname' => $a['name']];
        $accounts[$a['login']] = $old
            ? wp_update_user(['ID' => $old->ID] + $fields)
            : stop_at($a['login'], wp_insert_user($fields + ['user_pass' => wp_generate_password(), 'user_email' => "{$a['login']}@example.invalid", 'role' => 'editor']));
    }
    return [$categories, $accounts];
}

/** A picture: one drawn file per size and its description in the database. */
function load_media(array $m, array $post, int $author): void {
    global $run;
    $base = WP_CONTENT_DIR . '/uploads/' . $m['file'];
    wp_mkdir_p(dirname($base));
    $meta = ['width' => 800, 'height' => 450, 'file' => $m['file'], 'sizes' => [], 'image_meta' => []];
    copy("$run/stock/" . $m['id'] % 24 . '-.jpg', $base);
    foreach (['thumbnail' => [150, 150], 'medium' => [300, 169], 'medium_large' => [768, 432]] as $name => [$w, $h]) {
        $file = substr(basename($m['file']), 0, -4) . "-{$w}x$h.jpg";
        copy("$run/stock/" . $m['id'] % 24 . "-$name.jpg", dirname($base) . "/$file");
        $meta['sizes'][$name] = ['file' => $file, 'width' => $w, 'height' => $h, 'mime-type' => 'image/jpeg'];
    }
    insert($m['id'], [
        'post_type' => 'attachment', 'post_status' => 'inherit', 'post_parent' => $post['id'], 'post_author' => $author,
        'post_title' => substr(basename($m['file']), 0, -4), 'post_excerpt' => $m['caption'], 'post_content' => '',
        'post_mime_type' => 'image/jpeg', 'post_date' => $post['date'], 'comment_status' => 'closed',
        'guid' => 'http://kontumtv.vn/wp-content/uploads/' . $m['file'],
    ]);
    set_modified($m['id'], $post['date']);
    add_post_meta($m['id'], '_wp_attached_file', $m['file']);
    add_post_meta($m['id'], '_wp_attachment_metadata', $meta);
}

function load_post(array $p, array $categories, array $accounts): void {
    insert($p['id'], [
        'post_type' => 'post', 'post_name' => $p['slug'], 'post_title' => $p['title'], 'post_content' => $p['content'],
        'post_excerpt' => $p['excerpt'] ?? '', 'post_status' => $p['status'] ?? 'publish', 'post_password' => $p['password'] ?? '',
        'post_author' => $accounts[$p['author']], 'post_date' => $p['date'], 'comment_status' => 'open',
        'post_category' => array_map(fn($slug) => $categories[$slug], $p['categories']),
        'guid' => "http://kontumtv.vn/?p={$p['id']}",
    ]);
    stop_at($p['slug'], wp_set_object_terms($p['id'], $p['tags'], 'post_tag'));
    foreach ($p['old_slugs'] ?? [] as $slug) {
        add_post_meta($p['id'], '_wp_old_slug', $slug);
    }
    if (isset($p['excerpt'])) {
        add_post_meta($p['id'], '_ptv_sapo', 1);                  // the theme prints the excerpt above the body
    }
    foreach ($p['media'] ?? [] as $m) {
        load_media($m, $p, $accounts[$p['author']]);
    }
    if (!empty($p['media'])) {
        add_post_meta($p['id'], '_thumbnail_id', $p['media'][0]['id']);
    }
    foreach ($p['comments'] ?? [] as $c) {
        wp_insert_comment([
            'comment_post_ID' => $p['id'], 'comment_author' => $c['author'], 'comment_author_email' => 'x@example.invalid',
            'comment_content' => $c['text'], 'comment_date' => $c['date'], 'comment_approved' => 1,
        ]);
    }
    set_modified($p['id'], $p['modified'] ?? $p['date']);
}

/** The page header prints today, the footer this year: both show the day of the recording. */
function pin_clock(string $recorded): void {
    $plugin = <<<'PHP'
    <?php
    add_filter('wp_date', function ($text, $format, $time, $zone) {
        return abs($time - time()) < 60 ? wp_date($format, RECORDED, $zone) : $text;
    }, 10, 4);
    add_action('template_redirect', fn() => ob_start(fn($page) => str_replace('© ' . date('Y'), '© ' . date('Y', RECORDED), $page)));
    PHP;
    file_put_contents(WP_CONTENT_DIR . '/mu-plugins/sample-clock.php', str_replace('RECORDED', (string) strtotime($recorded), $plugin));
}

if (get_posts(['post_type' => ['post', 'page', 'attachment'], 'post_status' => 'any', 'numberposts' => 1]) || get_comments(['number' => 1])) {
    fwrite(STDERR, "the WordPress is not empty\n");
    exit(1);
}
[$categories, $accounts] = load_terms_and_accounts($plan);
foreach ($plan['pages'] as $page) {
    insert($page['id'], [
        'post_type' => 'page', 'post_status' => 'publish', 'post_name' => $page['slug'], 'post_title' => $page['title'],
        'post_content' => $page['content'], 'post_author' => 1, 'post_date' => '2021-11-01 08:00:00', 'comment_status' => 'closed',
    ]);
    set_modified($page['id'], '2021-11-01 08:00:00');
}
foreach ($plan['posts'] as $post) {
    load_post($post, $categories, $accounts);
}
$redirects = [];
foreach ($plan['redirects'] as $r) {
    $redirects[$r['from']] = [$r['to'], $r['status']];
}
update_option('ptv_redirects', $redirects);
pin_clock($plan['recorded']);
flush_rewrite_rules(false);
fwrite(STDERR, count($plan['posts']) . " posts loaded\n");

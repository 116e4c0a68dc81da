from datetime import date

import pytest
from django import forms
from django.template.loader import render_to_string
from pytest_django.asserts import assertHTMLEqual

from apps.web.forms import DateInput, Rating


class WinForm(forms.Form):
    line = forms.CharField(label="What did you get done?", help_text="One line.")
    on = forms.DateField(label="When", required=False, widget=DateInput)
    rating = forms.ChoiceField(choices=[("1", "Not yet"), ("2", "Nearly")], widget=Rating)
    is_shared = forms.BooleanField(label="Share it")
    token = forms.CharField(widget=forms.HiddenInput)


def test_field_ties_its_help_to_its_control() -> None:
    assertHTMLEqual(
        WinForm()["line"].as_field_group(),
        """
        <div class="field"><label for="id_line">What did you get done?</label>
          <input type="text" name="line" required aria-describedby="id_line_helptext" id="id_line">
          <div class="help" id="id_line_helptext">One line.</div></div>
        """,
    )


def test_wrong_field_ties_its_message_and_keeps_what_was_typed() -> None:
    form = WinForm({"on": "31 February"})

    html = form["on"].as_field_group()

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_on_error"' in html
    assert 'id="id_on_error"' in html
    assert "<p>Enter a valid date.</p>" in html
    assert 'value="31 February"' in html


def test_date_is_written_as_the_browsers_control_wants_it() -> None:
    form = WinForm(initial={"on": date(2026, 12, 2)})

    assert 'type="date" name="on" value="2026-12-02"' in form["on"].as_field_group()


def test_optional_field_says_so_and_a_required_one_does_not() -> None:
    form = WinForm()

    assert "optional" in form["on"].as_field_group()
    assert "optional" not in form["line"].as_field_group()


def test_rating_is_a_fieldset_of_four_named_radio_buttons() -> None:
    assertHTMLEqual(
        WinForm(initial={"rating": "2"})["rating"].as_field_group(),
        """
        <fieldset class="field rate"><legend><span>Rating</span></legend>
          <div class="opts" id="id_rating">
            <input class="vh" type="radio" name="rating" value="1" required id="id_rating_0">
            <label for="id_rating_0">Not yet</label>
            <input class="vh" type="radio" name="rating" value="2" required id="id_rating_1" checked>
            <label for="id_rating_1">Nearly</label>
          </div></fieldset>
        """,
    )


def test_checkbox_stands_before_its_words() -> None:
    html = WinForm()["is_shared"].as_field_group()

    assert html.index("<input") < html.index("<label")


def test_summary_links_to_each_wrong_field_and_names_hidden_ones() -> None:
    form = WinForm({"line": "", "rating": "", "is_shared": "on", "token": ""})

    html = render_to_string("ui/_error_summary.html", {"form": form})

    assertHTMLEqual(
        html[html.index("</svg>") + 6 : html.rindex("</div>")],
        """
        <div><h2>3 things need your attention</h2><ul>
          <li>This field is required.</li>
          <li><a href="#id_line">What did you get done?</a>: This field is required.</li>
          <li><a href="#id_rating_0">Rating</a>: This field is required.</li>
        </ul></div>
        """,
    )


def test_summary_is_announced_and_takes_the_focus() -> None:
    html = render_to_string("ui/_error_summary.html", {"form": WinForm({})})

    assert '<div class="error-summary" role="alert" tabindex="-1" data-focus>' in html


def test_form_without_errors_has_no_summary() -> None:
    assert render_to_string("ui/_error_summary.html", {"form": WinForm()}).strip() == ""


def test_whole_form_shows_every_field_once() -> None:
    html = str(WinForm())

    assert [html.count(f' name="{name}"') for name in WinForm.base_fields] == [1, 1, 2, 1, 1]


@pytest.mark.parametrize("hostile", ['"><script>', "<img src=x>"])
def test_what_was_typed_is_escaped(hostile: str) -> None:
    assert hostile not in str(WinForm({"line": hostile, "on": hostile}))

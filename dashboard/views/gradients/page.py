"""Gradients: why does it vanish or explode?"""

from dashboard.navigation import GRADIENTS
from dashboard.session.link import write_link
from dashboard.session.live_run import find_run
from dashboard.views.gradients import sections
from dashboard.widgets import experiment_panel, train_to_link
from dashboard.widgets.explainer import explain
from dashboard.widgets.intervention_banner import draw_intervention_banner
from dashboard.widgets.run_on_page import open_run

if sections.choose_level() == sections.NETWORK:
    open_run(experiment_panel.draw_panel())
    draw_intervention_banner()
    train_to_link.train_to_position(GRADIENTS)
    sections.draw_network()
else:
    write_link(find_run())
    experiment_panel.draw_complaints()
    sections.draw_workbench()

explain(GRADIENTS)
